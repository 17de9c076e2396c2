"""Which plugins there are, found without importing one."""
