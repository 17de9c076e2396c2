"""The plugins that come with the server, a folder each. Nothing here imports them."""
