"""Variances: linearised (Taylor) and by replication."""
