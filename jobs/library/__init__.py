"""The library: a user's media, with filters, tags and selections."""
