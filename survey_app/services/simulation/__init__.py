"""Simulated fieldwork with a known truth; everything made here is labelled as simulated."""
