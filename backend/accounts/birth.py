"""What counts as somebody's date of birth."""

from datetime import date

OLDEST = date(1900, 1, 1)


def can_be_born_on(day: date, *, today: date) -> bool:
    """Tell whether somebody alive may have been born on a day."""
    return OLDEST <= day <= today
