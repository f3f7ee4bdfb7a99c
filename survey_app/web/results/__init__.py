"""Pages of one audience: results."""
