"""Members of teams that the rules keep out: put down by organizers, looked up at every start, never deleted.

Staff accounts are kept out by their roles and need no row. Whoever took part before they were put down keeps their
attempts: those are voided with a reason, by two people, or stay.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.accounts.models import Person
from backend.contests.errors import MemberListed, MemberUnknown, TeamUnknown
from backend.contests.models import Contest, TeamMember
from backend.contests.queries import rulebook_of
from backend.core.errors import NotFound


def put_down(*, contest: Contest, team: str, email: str, by: Person, now: datetime) -> TeamMember:
    """Keep the person of this e-mail address out of the contest from now on.

    Raises TeamUnknown, MemberUnknown, MemberListed.
    """
    if team not in rulebook_of(contest).excluded:
        raise TeamUnknown
    try:
        with transaction.atomic():
            # The lock that a start holds: either its attempt was begun before, or it sees the row.
            people = Person.objects.select_for_update(no_key=True)
            person = people.filter(email=email.strip().lower(), is_active=True).first()
            if person is None:
                raise MemberUnknown
            return TeamMember.objects.create(contest=contest, person=person, team=team, added_by=by, added_at=now)
    except IntegrityError as error:
        if "team_member_once_per_contest" in str(error):
            raise MemberListed from error
        raise


def take_off(*, contest: Contest, uuid: UUID, by: Person, now: datetime) -> None:
    """Let a person take part again. Doing it twice changes nothing. Raises NotFound."""
    rows = TeamMember.objects.filter(contest=contest, uuid=uuid)
    if not rows.filter(removed_at=None).update(removed_by=by, removed_at=now) and not rows.exists():
        raise NotFound


def list_members(contest: Contest) -> list[TeamMember]:
    """Return who is kept out now, the last put down first, with their profiles and who put them down."""
    rows = TeamMember.objects.filter(contest=contest, removed_at=None).order_by("-added_at", "-pk")
    return list(rows.select_related("person__profile", "added_by__profile"))


def is_member(*, contest_id: int, person_id: int) -> bool:
    """Tell whether the person is kept out of the contest by name."""
    return TeamMember.objects.filter(contest=contest_id, person=person_id, removed_at=None).exists()
