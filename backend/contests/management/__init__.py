"""Commands of the questions app."""
