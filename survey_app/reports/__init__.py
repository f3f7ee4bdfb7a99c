"""Results in words, charts and files."""
