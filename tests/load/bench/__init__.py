"""Benchmarks of the engine. `python3 run.py bench NAME [--json FILE]`: the last line printed is one JSON object."""
