"""Freeze and unfreeze the public boards of a round, publish them as final, and publish anew what is corrected later."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from backend.accounts.models import Person
from backend.contests.models import Contest, Round
from backend.infra import events
from backend.results.pointers import hold_alone
from backend.standings.checks import check_can_confirm, check_can_freeze, check_can_propose, check_can_unfreeze
from backend.standings.enums import BoardMove, EditionKind, PublicationState
from backend.standings.errors import PublicationStateRefused
from backend.standings.events import BoardTurned
from backend.standings.models import BoardState, BoardStep, Edition, Publication
from backend.standings.queries import find_waiting, is_final
from backend.standings.services.editions import cut_edition, empty_edition, fill_edition


def freeze_standings(*, of: Round, actor: Person, now: datetime, reason: str = "") -> Edition:
    """Let the public see the boards as they stand now; attempts and answers go on.

    Two transactions: recording is kept out only while the edition is cut, not while its lines are copied. Should the
    second never come, `fill_editions` does it. Raises BoardAlreadyFrozen, BoardPublished.
    """
    with transaction.atomic():
        state = _lock_alone(of)
        check_can_freeze(state)
        edition = cut_edition(
            of,
            kind=EditionKind.FREEZE,
            key_version=_key_version(of),
            is_final=is_final(of, now=now),
            now=now,
        )
        state.frozen = edition
        state.save(update_fields=["frozen"])
        _note(of, BoardMove.FREEZE, actor=actor, reason=reason, now=now)
    fill_and_turn(edition_id=edition.pk, now=now)
    return edition


@transaction.atomic
def unfreeze_standings(*, of: Round, actor: Person, now: datetime, reason: str = "") -> None:
    """Let the public see the live boards again. Raises BoardNotFrozen."""
    state = _lock(of)
    check_can_unfreeze(state)
    _lift(state, now=now)
    _note(of, BoardMove.UNFREEZE, actor=actor, reason=reason, now=now)


@transaction.atomic
def propose_publication(*, of: Round, actor: Person, now: datetime, reason: str = "") -> Publication:
    """Ask for the final publication of a round that is over.

    Raises RoundNotOver, BoardPublished, PublicationStateRefused.
    """
    check_can_propose(_lock(of), waiting=find_waiting(of), is_over=is_final(of, now=now))
    _note(of, BoardMove.PROPOSE, actor=actor, reason=reason, now=now)
    return Publication.objects.create(round=of, author=actor, created_at=now)


@transaction.atomic
def withdraw_publication(*, of: Round, actor: Person, now: datetime, reason: str = "") -> None:
    """Take a proposal back. Raises PublicationStateRefused."""
    _lock(of)
    publication = find_waiting(of)
    if publication is None:
        raise PublicationStateRefused
    publication.state = PublicationState.WITHDRAWN
    publication.save(update_fields=["state"])
    _note(of, BoardMove.WITHDRAW, actor=actor, reason=reason, now=now)


def confirm_publication(*, of: Round, actor: Person, now: datetime, reason: str = "") -> Edition:
    """Publish the boards of a round as final, as another person than who asked. A freeze ends with it.

    Raises PublicationStateRefused, OwnPublication, RoundNotOver.
    """
    with transaction.atomic():
        state = _lock_alone(of)
        waiting = find_waiting(of)
        check_can_confirm(waiting=waiting, person_id=actor.pk, is_over=is_final(of, now=now))
        assert waiting is not None  # checked
        _lift(state, now=now)
        waiting.state, waiting.approver, waiting.published_at = PublicationState.PUBLISHED, actor, now
        waiting.save(update_fields=["state", "approver", "published_at"])
        edition = _publish(state, now=now)
        _note(of, BoardMove.PUBLISH, actor=actor, reason=reason, now=now)
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


def _lift(state: BoardState, *, now: datetime) -> None:
    edition = state.frozen
    if edition is None:
        return
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


def _note(one: Round, move: BoardMove, *, actor: Person | None, reason: str, now: datetime) -> None:
    BoardStep.objects.create(round=one, move=move, actor=actor, reason=reason.strip(), at=now)
