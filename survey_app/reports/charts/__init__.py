"""Charts: one Vega-Lite specification each, drawn on the server alike for pages and files."""
