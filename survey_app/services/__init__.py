"""Use cases, one per module: each opens, decides and writes in one transaction."""
