"""A year of an invented trader: labelled, the same for the same seed, and removable."""
