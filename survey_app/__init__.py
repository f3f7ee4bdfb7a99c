"""The product: citizen forms, staff desk and results."""
