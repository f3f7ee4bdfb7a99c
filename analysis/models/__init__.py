"""Regression on complex samples: pseudo-likelihood fits with design-based covariance."""
