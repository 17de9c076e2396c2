"""What a page shows of an item: its picture, its result, how it was made."""
