"""Kyoso beside its peers: the same job on the same input, measured in one run."""
