"""Long arrays on their way into a statement.

The driver asks each element for its type and looks each over for signs to escape: with the thousands of a batch that
costs six times as much as PostgreSQL's own text of an array. The statement says which type (`%s::bigint[]`).
"""

from collections.abc import Iterable


def array_text(numbers: Iterable[int | None]) -> str:
    """Return the text of an array of whole numbers."""
    return f"{{{','.join('NULL' if number is None else str(number) for number in numbers)}}}"


def quoted_array_text(texts: Iterable[str]) -> str:
    """Return the text of an array of texts of ours, in which neither quotes nor backslashes can stand."""
    return "{" + ",".join(f'"{text}"' for text in texts) + "}"
