"""Read results. Which single answer was right stays hidden until the keys of the round are released."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.errors import AttemptOpen
from backend.attempts.models import Answer, Attempt
from backend.attempts.papers import paper_items
from backend.contests.models import Contest, Round
from backend.contests.queries import are_keys_released, rulebook_in_play
from backend.core.rules.entries import Entry
from backend.core.scoring import Answer as Answered
from backend.core.scoring import canonical, is_correct
from backend.questions.queries import VersionExplanation, get_version_explanations
from backend.results.enums import PENDING_OR_IN_FORCE, VOID
from backend.results.essays import points_by_place
from backend.results.keys import EffectiveKey, effective_keys
from backend.results.models import Regrade, Result, VoidedAttempt, Voiding
from backend.results.pointers import ASIDE, read_pointers
from backend.results.scoring import Scored, score_attempts

_CHUNK = 2_000
_ANSWERED = ("item", "choice", "text")


def get_own_result(*, attempt: Attempt) -> Result:
    """Return the attempt's result under the keys in force. Raises AttemptOpen.

    Ask `attempts.queries.get_own_attempt` for the attempt first: it knows whose it is.
    """
    if attempt.state == AttemptState.OPEN:
        raise AttemptOpen
    results = Result.objects.select_related("territory", "workplace")
    return results.get(attempt=attempt, key_version=attempt.contest.key_version)


def counted_results(*, person: Person, rounds: Iterable[Round]) -> dict[int, Result]:
    """Return, by round id, the person's result that counts under the rules, each with its attempt. No voided one does.

    Whether the person may see it yet is the caller's to ask (`contests.queries.is_result_shown`).
    """
    asked = list(rounds)
    rows = (
        Result.objects.counted()
        .filter(contest__in={one.contest_id for one in asked}, round__in=asked, person=person)
        .filter(key_version=F("contest__key_version"))
        .select_related("attempt")
    )
    own: defaultdict[int, list[Result]] = defaultdict(list)
    for result in rows:
        own[result.round_id].append(result)
    return {
        round_id: min(results, key=lambda one: rulebook_in_play(one.contest_id).counting.first(entry_of(one)))
        for round_id, results in own.items()
    }


def entry_of(result: Result) -> Entry:
    """Return a result, its attempt at hand, as the pure rules read it."""
    return Entry(
        entry_id=result.attempt_id,
        correct_count=result.correct_count,
        used_ms=result.used_ms,
        submitted_at=result.submitted_at,
        prediction=result.prediction,
        points=result.points,
        started_at=result.attempt.started_at,
    )


def find_voiding(attempt: Attempt) -> Voiding | None:
    """Return the voiding that is in force over an attempt, None where the attempt counts."""
    return Voiding.objects.filter(attempts__attempt=attempt, attempts__is_in_force=True).first()


def review_items(attempt: Attempt, *, now: datetime) -> list[dict[str, Any]] | None:
    """Return every place of the paper with answer, key and proof; None until the keys of its round are released.

    `points` are those of an essay by the keys in force, in units of `scoring.POINTS_PER_ITEM`.
    """
    if attempt.state == AttemptState.OPEN or not are_keys_released(attempt.round, now=now):
        return None
    version_ids = [version_id for version_id, _ in attempt.paper]
    keys = effective_keys(
        contest_id=attempt.contest_id, key_version=attempt.contest.key_version, version_ids=version_ids
    )
    explanations = get_version_explanations(version_ids)
    essays = points_by_place(attempt, key_version=attempt.contest.key_version)
    answers = Answer.objects.filter(round_id=attempt.round_id, attempt=attempt)
    given = {item: choice if text is None else text for item, choice, text in answers.values_list(*_ANSWERED)}
    return [
        {
            **_review_item(shown, tuple(order), given.get(shown["item"]), keys[version_id]),
            **_proof(keys[version_id], explanations[version_id]),
            "points": essays.get(shown["item"]),
        }
        for shown, (version_id, order) in zip(paper_items(attempt.paper), attempt.paper, strict=True)
    ]


def _review_item(
    shown: dict[str, Any], order: tuple[int, ...], answer: Answered | None, key: EffectiveKey
) -> dict[str, Any]:
    choice = [] if answer is None or isinstance(answer, str) else answer
    is_wordy = key.is_marked or key.texts is not None
    right = {position for position in range(1, len(order) + 1) if canonical([position], order) <= key.options}
    return {
        "item": shown["item"],
        "kind": shown["kind"],
        "stem": shown["stem"],
        "options": [
            {**option, "is_key": option["option"] in right, "is_chosen": option["option"] in choice}
            for option in shown["options"]
        ],
        "text": (answer if isinstance(answer, str) else "") if is_wordy else None,
        "accepted": list(key.texts or ()),
        "is_correct": None if key.is_marked else is_correct(*key.judge(shown["item"], order, answer)),
    }


def _proof(key: EffectiveKey, proof: VersionExplanation) -> dict[str, Any]:
    return {
        # How an essay is marked is for those who mark it: another round may ask it again.
        "explanation": "" if key.is_marked else proof.explanation,
        "citations": [
            {
                "document_number": citation.document_number,
                "clause_label": citation.clause_label,
                "clause_heading": citation.clause_heading,
                "summary": citation.summary,
                "quote": citation.quote,
            }
            for citation in proof.citations
        ],
    }


def differences() -> Iterator[str]:
    """Recompute every result from rows and say, a line each, what does not agree with what is stored.

    All versions of the keys are compared: those in force, the earlier ones, and what is being computed aside. A voided
    attempt keeps its results; whether it is voided must follow from the state of its voidings.
    """
    ended = Attempt.objects.exclude(state=AttemptState.OPEN).order_by("pk")
    for contest in Contest.objects.order_by("pk"):
        regrades = {one.target_key_version: one for one in Regrade.objects.filter(contest=contest)}
        numbers = {contest.key_version, *_stored_versions(contest), *_aside(regrades.values())}
        for attempts in _chunks(ended.filter(contest=contest)):
            for number in sorted(numbers):
                yield from _chunk_differences(attempts, contest, number, regrades.get(number))
    for result in Result.objects.filter(attempt__state=AttemptState.OPEN).select_related("attempt"):
        yield f"{result.attempt}: has a result and is still open"
    for item in VoidedAttempt.objects.select_related("voiding").order_by("pk"):
        state = item.voiding.state
        if (item.is_open, item.is_in_force) != (state in PENDING_OR_IN_FORCE, state in VOID):
            yield f"{item}: is_open={item.is_open}, is_in_force={item.is_in_force}, but the voiding is {state}"


def _stored_versions(contest: Contest) -> list[int]:
    rows = Result.objects.filter(contest=contest, key_version__lte=contest.key_version)
    return list(rows.order_by().values_list("key_version", flat=True).distinct())


def _aside(regrades: Iterable[Regrade]) -> list[int]:
    return [one.target_key_version for one in regrades if one.state in ASIDE]


def _chunk_differences(
    attempts: list[Attempt], contest: Contest, key_version: int, regrade: Regrade | None
) -> Iterator[str]:
    # Before the results: who is taken over meanwhile may have them already, never the other way round.
    pointers = [one for one in read_pointers([contest.pk]) if one.key_version == key_version]
    is_aside = regrade is not None and regrade.state in ASIDE
    if is_aside and not pointers:
        return  # given up since the check began, and on its way out
    stored = {
        result.attempt_id: result
        for result in Result.objects.filter(attempt__in=[one.pk for one in attempts], key_version=key_version)
    }
    # Under earlier keys nothing is written any more; under a version aside, persons not taken over have nothing yet.
    is_whole = key_version == contest.key_version or is_aside
    for scored in score_attempts(attempts, contest_id=contest.pk, key_version=key_version):
        found = stored.get(scored.attempt.pk)
        person_id = scored.attempt.person_id
        is_beyond = not all(one.covers(contest_id=contest.pk, person_id=person_id) for one in pointers)
        if is_beyond or (found is None and not is_whole):
            continue
        if (problem := _difference(scored, found)) is not None:
            yield f"{scored.attempt}: {problem}"


def _chunks(attempts: Any) -> Iterator[list[Attempt]]:
    last = 0
    while chunk := list(attempts.filter(pk__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _difference(scored: Scored, stored: Result | None) -> str | None:
    if stored is None:
        return "has no result"
    attempt = scored.attempt
    expected = {
        "person_id": attempt.person_id,
        "round_id": attempt.round_id,
        "correct_count": scored.score.correct_count,
        "points": scored.points,
        "item_count": scored.score.item_count,
        "is_all_correct": scored.score.is_all_correct,
        "used_ms": scored.used_ms,
        "prediction": attempt.prediction,
        "submitted_at": attempt.submitted_at,
        "territory_id": attempt.territory_id,
        "party_id": attempt.party_id,
        "workplace_id": attempt.workplace_id,
    }
    wrong = [
        f"{name} is {getattr(stored, name)}, should be {value}"
        for name, value in expected.items()
        if getattr(stored, name) != value
    ]
    return "; ".join(wrong) or None
