"""What runs in the child process: no Django, and nothing of the server that it could reach."""
