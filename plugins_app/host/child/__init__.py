"""The code that runs in the child process, which has no access to Django or the server."""
