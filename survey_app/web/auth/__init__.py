"""Pages of one audience: auth."""
