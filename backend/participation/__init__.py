"""Exact counts of entries, people and all-correct people by unit and hour."""
