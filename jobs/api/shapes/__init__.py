"""What the API shows of each thing, one module a thing."""
