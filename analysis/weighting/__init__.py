"""From drawn persons to analysis weights, each step with its factors."""
