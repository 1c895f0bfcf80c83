"""The parts a rulebook is composed of; `registry` lists them all. Pure."""
