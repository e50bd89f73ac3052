"""Holding the book against the broker: comparing, running, working breaks, reporting."""
