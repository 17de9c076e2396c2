"""How the API represents jobs, items and media."""
