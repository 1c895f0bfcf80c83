"""Assemble what organizers see of a contest's boards: what the public is shown of each round, and what may be done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.accounts.models import Person
from backend.contests.models import Contest, Round
from backend.contests.queries import round_state
from backend.core.errors import NotFound
from backend.infra.reading import one_snapshot
from backend.standings.checks import can_confirm, can_freeze, can_propose, can_unfreeze
from backend.standings.enums import PublicationState
from backend.standings.models import BoardState, Publication
from backend.standings.queries import is_final
from backend.standings.shown import list_published


def find_round(contest: Contest, uuid: UUID) -> Round:
    """Return a round of the contest. Raises NotFound."""
    found = Round.objects.filter(contest=contest, uuid=uuid).select_related("contest").first()
    if found is None:
        raise NotFound
    return found


def describe_boards(contest: Contest, *, person: Person, now: datetime) -> list[dict[str, Any]]:
    """Return the contest's rounds in order, with the state of their boards as of one snapshot."""
    with one_snapshot():
        states = {
            state.round_id: state
            for state in BoardState.objects.filter(round__contest=contest).select_related("frozen", "published")
        }
        publications = {
            publication.round_id: publication
            for publication in Publication.objects.filter(round__contest=contest)
            .exclude(state=PublicationState.WITHDRAWN)
            .select_related("author__profile", "approver__profile")
        }
        return [
            _shape(one, states.get(one.pk, BoardState(round=one)), publications.get(one.pk), person=person, now=now)
            for one in contest.rounds.all()
        ]


def _shape(
    one: Round, state: BoardState, publication: Publication | None, *, person: Person, now: datetime
) -> dict[str, Any]:
    is_over = is_final(one, now=now)
    waiting = publication if publication and publication.state == PublicationState.PROPOSED else None
    return {
        "round": one.uuid,
        "number": one.number,
        "title": one.title,
        "state": round_state(one, now=now).value,
        "is_over": is_over,
        "frozen_at": state.frozen.cut_at if state.frozen else None,
        # Lines of a large board take seconds to copy; until then the public sees the live one.
        "is_preparing": state.frozen is not None and state.frozen.ready_at is None,
        "publication": _publication_shape(publication) if publication else None,
        "editions": [
            {"number": edition.number, "published_at": edition.cut_at}
            for edition in (list_published(one) if state.published else [])
        ],
        "can": {
            "freeze": can_freeze(state),
            "unfreeze": can_unfreeze(state),
            "propose": can_propose(state, waiting=waiting, is_over=is_over),
            "withdraw": waiting is not None,
            "confirm": can_confirm(waiting=waiting, person_id=person.pk, is_over=is_over),
        },
    }


def _publication_shape(publication: Publication) -> dict[str, Any]:
    return {
        "state": publication.state,
        "author": staff_name(publication.author),
        "approver": staff_name(publication.approver),
        "created_at": publication.created_at,
        "published_at": publication.published_at,
    }


def staff_name(person: Person | None) -> str | None:
    """Return the full name under which a member of staff acts; None for a worker, or without a profile."""
    profile = getattr(person, "profile", None)
    return profile.display_name if profile is not None else None
