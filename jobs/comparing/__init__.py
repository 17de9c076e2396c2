"""What differs between two results, and between two jobs."""
