"""What jobs, items and media look like in the API."""
