"""Scores derived from attempts, one per key version."""
