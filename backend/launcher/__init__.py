"""What `run.py` does: prepare the environment, then start, test or rehearse. Stands outside the Django apps."""
