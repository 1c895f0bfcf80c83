"""The HTTP side of the attempts app."""
