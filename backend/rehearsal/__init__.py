"""Rehearse a contest: synthetic citizens on the public interface, then a check of everything they were told."""
