"""Rows become integer codes and numbers here; nothing else reads Arrow columns."""
