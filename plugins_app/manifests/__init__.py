"""What a plugin declares: its manifest, its tools' parameters, and what is wrong with them."""
