"""Persons, their profiles, consents and staff roles."""
