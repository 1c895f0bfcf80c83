"""Which boards of a round a reader is shown: the live ones, those of a freeze, or a published edition."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from backend.contests.models import Round
from backend.core.errors import NotFound
from backend.infra import ticks, valkey
from backend.standings.enums import EditionKind
from backend.standings.models import BoardState, Edition
from backend.standings.queries import is_final


@dataclass(frozen=True, slots=True)
class Shown:
    """What to read boards from. `edition` None is the live board; `is_final` tells whether predictions decide.

    `frozen_at` is the freeze the public sees just now, whatever this reader is shown.
    """

    edition: Edition | None
    is_final: bool
    key_version: int
    turn: int = 0
    frozen_at: datetime | None = None
    published: Edition | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether these boards stand still."""
        return self.edition is not None and self.edition.kind == EditionKind.FREEZE

    @property
    def epoch(self) -> str:
        """The epoch of these boards."""
        return ticks.epoch(self.key_version, valkey.life_or_none(), turn=self.turn)


def find_shown(one: Round, *, now: datetime, live: bool = False, number: int | None = None) -> Shown:
    """Return what is shown of a round, in the caller's snapshot: `live` what organizers see, `number` one edition.

    Raises NotFound for an edition that was never published.
    """
    state = _state_of(one)
    # Until its lines are copied a freeze shows nothing yet.
    frozen = state.frozen if state.frozen and state.frozen.ready_at else None
    edition = _published(one, number) if number is not None else None if live else frozen
    return Shown(
        edition=edition,
        is_final=edition.is_final if edition else is_final(one, now=now),
        key_version=edition.key_version if edition else one.contest.key_version,
        turn=state.turn,
        frozen_at=frozen.cut_at if frozen else None,
        published=state.published,
    )


def _state_of(one: Round) -> BoardState:
    """Return the state of a round's boards. Most have never been frozen or published, and every read asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT turn, frozen_id, published_id FROM standings_boardstate WHERE round_id = %s", [one.pk])
        found = cursor.fetchone()
    if found is None:
        return BoardState(round=one)
    turn, frozen_id, published_id = found
    return BoardState(round=one, turn=turn, frozen_id=frozen_id, published_id=published_id)


def list_published(one: Round) -> list[Edition]:
    """Return the editions of a round that can be read, newest first."""
    found = Edition.objects.filter(round=one, kind=EditionKind.FINAL, ready_at__isnull=False)
    return list(found.order_by("-number"))


def _published(one: Round, number: int) -> Edition:
    found = next((edition for edition in list_published(one) if edition.number == number), None)
    if found is None:
        raise NotFound
    return found
