"""One person's drawn paper and its answers: the hot path."""
