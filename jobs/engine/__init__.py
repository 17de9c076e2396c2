"""The queue and what runs on it: claim, execute, commit, recover. Independent of all features."""
