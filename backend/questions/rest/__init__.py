"""The HTTP side of the question bank: staff only, for its answers hold keys."""
