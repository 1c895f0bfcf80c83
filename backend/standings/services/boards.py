"""Freeze and unfreeze the public boards of a round, publish them as final, and publish anew what is corrected later."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from backend.accounts.models import Person
from backend.contests.models import Contest, Round
from backend.infra import events
from backend.results.pointers import hold_alone
from backend.standings.enums import BoardMove, EditionKind, PublicationState
from backend.standings.errors import (
    BoardAlreadyFrozen,
    BoardNotFrozen,
    BoardPublished,
    OwnPublication,
    PublicationStateRefused,
    RoundNotOver,
)
from backend.standings.events import BoardTurned
from backend.standings.models import BoardState, BoardStep, Edition, Publication
from backend.standings.queries import is_final
from backend.standings.services.editions import cut_edition, empty_edition, fill_edition


def freeze_standings(*, round: Round, actor: Person, now: datetime, reason: str = "") -> Edition:  # noqa: A002
    """Let the public see the boards as they stand now; attempts and answers go on. Raises BoardAlreadyFrozen,
    BoardPublished.

    Two transactions: recording is kept out only while the edition is cut, not while its lines are copied. Should the
    second never come, `fill_editions` does it.
    """
    with transaction.atomic():
        state = _lock_alone(round)
        if state.published_id is not None:
            raise BoardPublished
        if state.frozen_id is not None:
            raise BoardAlreadyFrozen
        edition = cut_edition(
            round,
            kind=EditionKind.FREEZE,
            key_version=_key_version(round),
            is_final=is_final(round, now=now),
            now=now,
        )
        state.frozen = edition
        state.save(update_fields=["frozen"])
        _note(round, BoardMove.FREEZE, actor=actor, reason=reason, now=now)
    fill_and_turn(edition_id=edition.pk, now=now)
    return edition


def unfreeze_standings(*, round: Round, actor: Person, now: datetime, reason: str = "") -> None:  # noqa: A002
    """Let the public see the live boards again. Raises BoardNotFrozen."""
    with transaction.atomic():
        state = _lock(round)
        if state.frozen is None:
            raise BoardNotFrozen
        _lift(state, state.frozen, now=now)
        _note(round, BoardMove.UNFREEZE, actor=actor, reason=reason, now=now)


def propose_publication(*, round: Round, actor: Person, now: datetime, reason: str = "") -> Publication:  # noqa: A002
    """Ask for the final publication of a round that is over. Raises RoundNotOver, BoardPublished,
    PublicationStateRefused."""
    try:
        with transaction.atomic():
            if _lock(round).published_id is not None:
                raise BoardPublished
            _check_over(round, now=now)
            made = Publication.objects.create(round=round, author=actor, created_at=now)
            _note(round, BoardMove.PROPOSE, actor=actor, reason=reason, now=now)
    except IntegrityError as error:
        if "publication_once_per_round" in str(error):
            raise PublicationStateRefused from error
        raise
    return made


def withdraw_publication(*, round: Round, actor: Person, now: datetime, reason: str = "") -> None:  # noqa: A002
    """Take a proposal back. Raises PublicationStateRefused."""
    with transaction.atomic():
        _lock(round)
        publication = _waiting(round)
        publication.state = PublicationState.WITHDRAWN
        publication.save(update_fields=["state"])
        _note(round, BoardMove.WITHDRAW, actor=actor, reason=reason, now=now)


def confirm_publication(*, round: Round, actor: Person, now: datetime, reason: str = "") -> Edition:  # noqa: A002
    """Publish the boards of a round as final, as another person than who asked. A freeze ends with it.

    Raises PublicationStateRefused, OwnPublication, RoundNotOver.
    """
    with transaction.atomic():
        state = _lock_alone(round)
        publication = _waiting(round)
        if publication.author_id == actor.pk:
            raise OwnPublication
        _check_over(round, now=now)
        if state.frozen is not None:
            _lift(state, state.frozen, now=now)
        publication.state, publication.approver, publication.published_at = PublicationState.PUBLISHED, actor, now
        publication.save(update_fields=["state", "approver", "published_at"])
        edition = _publish(state, now=now)
        _note(round, BoardMove.PUBLISH, actor=actor, reason=reason, now=now)
    fill_and_turn(edition_id=edition.pk, now=now)
    return edition


def publish_corrections(*, rounds: Iterable[Round], now: datetime, reason: str) -> list[Edition]:
    """Publish anew those of the rounds that were published: what counts in them has changed in this transaction.

    The caller holds the contest's pointer alone. Earlier editions stay.
    """
    made: list[Edition] = []
    for one in rounds:
        state = BoardState.objects.select_for_update().filter(round=one).first()
        if state is not None and state.published_id is not None:
            made.append(_publish(state, now=now))
            _note(one, BoardMove.CORRECT, actor=None, reason=reason, now=now)
    return made


def turn_boards(*, rounds: Iterable[Round]) -> None:
    """Begin a new epoch of the rounds' boards, in the caller's transaction: readers throw away what they hold.

    A frozen board stays as it is and tells nothing; its own end begins a new epoch.
    """
    for one in rounds:
        state = _lock(one)
        if state.frozen_id is None:
            _turn(state)


def fill_editions(*, now: datetime) -> int:
    """Fill what was cut and not filled: a correction's editions, or those of a process that died. Return how many."""
    waiting = Edition.objects.filter(ready_at=None, lifted_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(fill_and_turn(edition_id=pk, now=now) for pk in list(waiting))


@transaction.atomic
def fill_and_turn(*, edition_id: int, now: datetime) -> bool:
    """Fill one edition; from the commit on it is what the boards show."""
    # The state first, as everybody else takes them.
    state = _lock(Round.objects.get(editions=edition_id))
    is_filled = fill_edition(edition_id=edition_id, now=now)
    if is_filled:
        _turn(state)
    return is_filled


def _lock(one: Round) -> BoardState:
    BoardState.objects.get_or_create(round=one)
    return BoardState.objects.select_for_update().get(round=one)


def _lock_alone(one: Round) -> BoardState:
    # The pointer first: whoever voids or regrades holds it when it comes to the boards.
    hold_alone(one.contest_id)
    return _lock(one)


def _key_version(one: Round) -> int:
    # Read under the lock: the one the caller has may have moved on.
    return Contest.objects.values_list("key_version", flat=True).get(pk=one.contest_id)


def _publish(state: BoardState, *, now: datetime) -> Edition:
    one = state.round
    edition = cut_edition(one, kind=EditionKind.FINAL, key_version=_key_version(one), is_final=True, now=now)
    state.published = edition
    state.save(update_fields=["published"])
    return edition


def _lift(state: BoardState, edition: Edition, *, now: datetime) -> None:
    edition.lifted_at = now
    edition.save(update_fields=["lifted_at"])
    empty_edition(edition)
    state.frozen = None
    state.save(update_fields=["frozen"])
    _turn(state)


def _turn(state: BoardState) -> None:
    state.turn += 1
    state.save(update_fields=["turn"])
    events.publish(BoardTurned(state.round_id))


def _waiting(one: Round) -> Publication:
    found = Publication.objects.select_for_update().filter(round=one, state=PublicationState.PROPOSED).first()
    if found is None:
        raise PublicationStateRefused
    return found


def _check_over(one: Round, *, now: datetime) -> None:
    if not is_final(one, now=now):
        raise RoundNotOver


def _note(one: Round, move: BoardMove, *, actor: Person | None, reason: str, now: datetime) -> None:
    BoardStep.objects.create(round=one, move=move, actor=actor, reason=reason.strip(), at=now)
