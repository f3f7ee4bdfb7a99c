"""Pages of one audience: staff."""
