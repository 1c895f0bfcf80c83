"""Where the next page begins, as text that clients carry and cannot change. Valid for one board only."""

from datetime import datetime
from typing import Any

from django.core import signing

from backend.standings.errors import CursorRefused
from backend.standings.ordering import Board
from backend.standings.queries import Position

_SALT = "standings.cursor"


def write_cursor(board: Board, position: Position) -> str:
    """Return the text of a position of this board."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in position]
    return signing.dumps([_identity(board), values], salt=_SALT, compress=True)


def read_cursor(board: Board, text: str) -> Position:
    """Return the position. Raises CursorRefused where the text was changed or belongs to another board."""
    try:
        identity, values = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise CursorRefused from error
    if identity != _identity(board) or len(values) != board.width + 1:
        raise CursorRefused
    return tuple(datetime.fromisoformat(value) if isinstance(value, str) else value for value in values)


def _identity(board: Board) -> list[Any]:
    # A page of the provisional order is no page of the final one, and one of a frozen board none of the live one.
    unit_id = board.unit.pk if board.unit else None
    return [board.round_id, board.key_version, list(board.chain), board.actual, unit_id, board.edition_id]
