"""Pages of one audience: citizen."""
