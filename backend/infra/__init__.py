"""Adapters to the outside: clock, keys, group commit, fan-out, embedded servers."""
