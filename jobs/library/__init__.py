"""One's media: lists of them, filters, tags, selections."""
