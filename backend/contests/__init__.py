"""Contests, rounds, blueprints and rulebooks."""
