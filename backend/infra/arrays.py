"""Long arrays of whole numbers on their way into a statement."""

from collections.abc import Iterable


def array_text(numbers: Iterable[int]) -> str:
    """Return PostgreSQL's own text of an array; the statement says which type (`%s::bigint[]`).

    The driver asks each element for its type: with the thousands of ids of a batch that costs six times as much.
    """
    return f"{{{','.join(map(str, numbers))}}}"
