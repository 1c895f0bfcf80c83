"""The HTTP side of units, and the caller's own profile, which names units."""
