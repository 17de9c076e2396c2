"""The plugins application: manifests, finding plugins, and the hosts that run their code."""
