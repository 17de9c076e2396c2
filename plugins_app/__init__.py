"""The plugins application: manifests, the registry, and the hosts that run plugin code."""
