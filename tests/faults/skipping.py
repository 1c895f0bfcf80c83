"""A fault that this machine does not permit is skipped by name, never counted as passed."""


class Skipped(Exception):
    """Why it cannot be played here."""
