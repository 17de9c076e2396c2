"""What pages and API share: who asks, what is refused, how files are sent."""
