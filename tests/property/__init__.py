"""Properties of the whole: the desk against a model of a broker."""
