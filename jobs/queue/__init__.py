"""The JobItem table as a queue: claim, fair turn, broker, doorbell, recovery."""
