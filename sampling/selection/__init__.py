"""One selection method a module; every one draws from a :class:`sampling.randomness.Stream`."""
