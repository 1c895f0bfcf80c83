"""The HTTP side of contests that is not the list of them, which `participation` serves with its counts."""
