"""The queue and what runs on it: claim, execute, commit, recover. It knows no feature."""
