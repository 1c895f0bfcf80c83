"""The questions a contest asks, as the incident room shows them: key, proof, and what people chose.

Everything here may hold keys: for the staff addresses alone.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from backend.contests.models import Contest, RoundQuestion
from backend.contests.queries import rulebook_of
from backend.core.errors import InvalidInput, NotFound
from backend.core.text import fold
from backend.infra.reading import one_snapshot
from backend.participation.queries import Scope, count_all
from backend.questions.enums import QuestionKind
from backend.questions.models import QuestionVersion
from backend.questions.queries import get_version_explanations
from backend.results.choices import Choices, count_choices
from backend.results.keys import EffectiveKey, effective_keys

# Fifty thousand papers are read for it; see `results.choices`.
TIMEOUT_S = 20
_CURSOR = re.compile(r"\d{1,18}", re.ASCII)
# "7" and "câu 7" ask for a place where everybody has the same paper.
_PLACE = re.compile(r"(?:cau )?(\d{1,3})")

Places = dict[int, list[dict[str, int | None]]]


@dataclass(frozen=True, slots=True)
class AskedQuestions:
    """What the list is narrowed to. Words of `q` are searched without diacritics."""

    limit: int
    q: str = ""
    question: UUID | None = None
    after: str | None = None


def list_contest_questions(contest: Contest, asked: AskedQuestions) -> dict[str, Any]:
    """Return a page of the question versions that papers of the contest may hold. Raises InvalidInput."""
    places = _places(contest)
    found = _narrowed(asked, places)
    rows = found.order_by("pk")
    if asked.after is not None:
        if not _CURSOR.fullmatch(asked.after):
            raise InvalidInput(fields={"after": "Dấu trang không đúng."})
        rows = rows.filter(pk__gt=int(asked.after))
    page = list(rows.select_related("question")[: asked.limit + 1])
    shown = page[: asked.limit]
    return {
        "results": _shapes(contest, shown, places),
        "total": found.count(),
        "next": str(shown[-1].pk) if len(page) > asked.limit else None,
    }


def describe_choices(contest: Contest, *, question: UUID, version: int, now: datetime) -> dict[str, Any]:
    """Return a question of the contest with what people chose at it, as of one snapshot. Raises NotFound."""
    found = QuestionVersion.objects.filter(
        question__uuid=question, number=version, round_uses__round__contest=contest
    ).select_related("question")
    one = found.first()
    if one is None:
        raise NotFound
    shape = _shapes(contest, [one], _places(contest))[0]
    with one_snapshot(timeout_s=TIMEOUT_S) as stamp:
        contest.refresh_from_db(fields=["key_version"])
        key = effective_keys(contest_id=contest.pk, key_version=contest.key_version, version_ids=[one.pk])[one.pk]
        choices = count_choices(contest_id=contest.pk, version_id=one.pk, key_version=contest.key_version)
        entries = count_all(Scope(contest.pk, None, contest.key_version)).entries
    return {**shape, "choices": _choices_shape(one, key, choices, entries=entries, as_of=min(stamp.as_of, now))}


def _places(contest: Contest) -> Places:
    """Return, by version id, the rounds that may ask it, with its place where all papers of the round are the same."""
    is_fixed = rulebook_of(contest).paper == "fixed"
    places: Places = defaultdict(list)
    counted: defaultdict[int, int] = defaultdict(int)
    rows = RoundQuestion.objects.filter(round__contest=contest).order_by("pk")
    for number, version_id in rows.values_list("round__number", "version_id"):
        counted[number] += 1
        places[version_id].append({"round": number, "place": counted[number] if is_fixed else None})
    return places


def _narrowed(asked: AskedQuestions, places: Places) -> QuerySet[QuestionVersion]:
    words = fold(asked.q)
    wanted = set(places)
    # An essay has no key that could be wrong.
    rows = QuestionVersion.objects.exclude(kind=QuestionKind.ESSAY)
    if asked.question is not None:
        rows = rows.filter(question__uuid=asked.question)
    place = _PLACE.fullmatch(words)
    at_place = {pk for pk, asks in places.items() if place and int(place[1]) in {one["place"] for one in asks}}
    if at_place:
        wanted = at_place
    else:
        for word in words.split():
            rows = rows.filter(search_key__contains=word)
    return rows.none() if asked.q.strip() and not words else rows.filter(pk__in=wanted)


def _shapes(contest: Contest, versions: list[QuestionVersion], places: Places) -> list[dict[str, Any]]:
    ids = [one.pk for one in versions]
    keys = effective_keys(contest_id=contest.pk, key_version=contest.key_version, version_ids=ids)
    proofs = get_version_explanations(ids)
    return [
        {
            "question": one.question.uuid,
            "key": one.question.key,
            "version": one.number,
            "kind": one.kind,
            "stem": one.stem,
            "options": [{"option": number, "text": text} for number, text in enumerate(one.options, start=1)],
            # None: the question was dropped, so that everybody is right.
            "keys": sorted(sorted(key) for key in keys[one.pk].accepted),
            "rounds": places[one.pk],
            "explanation": proofs[one.pk].explanation,
            "citations": proofs[one.pk].citations,
        }
        for one in versions
    ]


def _choices_shape(
    one: QuestionVersion, key: EffectiveKey, choices: Choices, *, entries: int, as_of: datetime
) -> dict[str, Any]:
    # A dropped question was right for everybody: its sums hold a point for each.
    accepted = key.accepted or [frozenset(chosen.options) for chosen in choices.sets]
    return {
        "as_of": as_of,
        "entries": max(entries, choices.read),
        "read": choices.read,
        "held": choices.held,
        "open": choices.count_exactly([frozenset()]),
        "right": choices.count_exactly(accepted),
        "options": [
            {
                "option": option,
                "count": choices.count_with(option),
                "elsewhere": choices.share_elsewhere(option, accepted),
            }
            for option in range(1, len(one.options) + 1)
        ],
        "sets": [{"options": list(chosen.options), "count": chosen.count} for chosen in choices.sets if chosen.options][
            :8
        ],
    }
