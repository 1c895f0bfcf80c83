"""HTTP entry points of the app."""
