"""Lay out contests: rounds, blueprints, pools, and the frozen rulebook. Take the identity numbers that rules demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backend.accounts.models import Identity, Person
from backend.accounts.services import state_identity
from backend.contests.errors import IdentityNotAsked, RoundUnfillable, RulebookUnfit
from backend.contests.events import RoundsLaidOut
from backend.contests.fitness import unfit_parts
from backend.contests.models import Contest, Round, RoundQuestion
from backend.contests.queries import is_identity_asked
from backend.core.drawing import Candidate, Cell, Shortage, shortages
from backend.core.rulebook import Rulebook
from backend.core.rules.quotas import Quota
from backend.documents.models import Document
from backend.infra import events
from backend.questions.enums import QuestionKind
from backend.questions.models import QuestionVersion
from backend.questions.queries import get_topic_titles, list_approved_candidates


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """One round to be laid out. Keys are released at the close unless said otherwise."""

    title: str
    opens_at: datetime
    closes_at: datetime
    keys_release_at: datetime | None = None


def deal(
    candidates: Sequence[Candidate],
    *,
    blueprint: Sequence[Cell],
    round_count: int,
    is_fixed: bool = False,
    essay_count: int = 0,
) -> list[list[int]]:
    """Deal the version ids of every cell, and essays where papers hold any, out over the rounds, like cards, by id.

    Keys of a round are released while the next one runs: a question met twice would be known by then. A cell with too
    few candidates for that is shared by all rounds, because a round that cannot open is worse. With `is_fixed` a pool
    holds one paper and no more.
    """
    wanted = [(cell.count, sorted(c.version_id for c in candidates if cell.takes(c))) for cell in blueprint]
    if essay_count:
        wanted.append((essay_count, sorted(c.version_id for c in candidates if c.is_essay)))
    pools: list[list[int]] = [[] for _ in range(round_count)]
    for count, ids in wanted:
        is_enough = len(ids) >= count * round_count
        for number, pool in enumerate(pools):
            share = ids[number::round_count] if is_enough else ids
            pool.extend(share[:count] if is_fixed else share)
    return pools


@transaction.atomic
def lay_out_contest(
    *,
    key: str,
    title: str,
    summary: str,
    rulebook: Rulebook,
    rounds: Sequence[RoundPlan],
    document_keys: Sequence[str],
    now: datetime,
    blueprint: Sequence[Cell] = (),
    is_demo: bool = False,
) -> Contest:
    """Create a contest with its rounds, pools filled from the approved bank, and freeze its rules.

    `blueprint` is for rules without quotas: theirs say how papers are composed. Raises RulebookUnfit where the
    blueprint does not fit the rules, RoundUnfillable where the bank cannot fill it.
    """
    blueprint = blueprint or rulebook.cells
    unfit = unfit_parts(rulebook, blueprint)
    if unfit:
        raise RulebookUnfit(parts="; ".join(unfit))
    candidates = _of_kinds(list_approved_candidates(document_keys=list(document_keys)), rulebook)
    _check_fillable(rulebook, blueprint, candidates)
    contest = Contest.objects.create(
        key=key,
        title=title,
        summary=summary,
        rulebook=rulebook.to_json(),
        rulebook_hash=rulebook.fingerprint(),
        is_demo=is_demo,
    )
    contest.documents.set(Document.objects.filter(key__in=document_keys))
    pools = deal(
        candidates,
        blueprint=blueprint,
        round_count=len(rounds),
        is_fixed=rulebook.paper == "fixed",
        essay_count=rulebook.essay_count,
    )
    keys_closed_at = max(plan.closes_at for plan in rounds) if rulebook.keys_showing.waits_for_contest else None
    cells = [{"topic": c.topic, "difficulty": c.difficulty, "count": c.count} for c in blueprint]
    made_ids: list[int] = []
    for number, (plan, pool) in enumerate(zip(rounds, pools, strict=True), start=1):
        made = Round.objects.create(
            contest=contest,
            number=number,
            title=plan.title,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
            keys_release_at=plan.keys_release_at or keys_closed_at or plan.closes_at,
            blueprint=cells,
        )
        RoundQuestion.objects.bulk_create(RoundQuestion(round=made, version_id=version_id) for version_id in pool)
        made_ids.append(made.pk)
    # Last: from here on rules, rounds' blueprints and pools stand (triggers).
    contest.frozen_at = now
    contest.save(update_fields=["frozen_at"])
    events.publish(RoundsLaidOut(tuple(made_ids)))
    return contest


def _check_fillable(rulebook: Rulebook, blueprint: Sequence[Cell], candidates: Sequence[Candidate]) -> None:
    missing, essays_there = shortages(blueprint, candidates), sum(one.is_essay for one in candidates)
    if missing or essays_there < rulebook.essay_count:
        told = {
            language: "; ".join([*_told(missing, language), *_told_essays(rulebook, essays_there, language)])
            for language in ("vi", "en")
        }
        raise RoundUnfillable(shortages=told["vi"], shortages_en=told["en"])


_ONLY = {"vi": "mới có {}", "en": "only {} so far"}
_ESSAYS = {"vi": "{} câu tự luận", "en": "{} essay questions"}


def _told(missing: Sequence[Shortage], language: str) -> list[str]:
    """Say what the bank should hold, and what it holds."""
    titles = get_topic_titles((one.cell.topic for one in missing if one.cell.topic), language=language)
    return [
        f"{Quota(one.cell.count, one.cell.topic, one.cell.difficulty).words(language, titles)}, "
        f"{_ONLY[language].format(one.available)}"
        for one in missing
    ]


def _told_essays(rulebook: Rulebook, available: int, language: str) -> list[str]:
    if available >= rulebook.essay_count:
        return []
    return [f"{_ESSAYS[language].format(rulebook.essay_count)}, {_ONLY[language].format(available)}"]


def _of_kinds(candidates: Sequence[Candidate], rulebook: Rulebook) -> list[Candidate]:
    """Keep the questions whose kind the rulebook allows; essays where it asks for them."""
    kinds = {*rulebook.kinds, *([QuestionKind.ESSAY] if rulebook.essay_count else [])}
    ids = [candidate.version_id for candidate in candidates]
    allowed = set(QuestionVersion.objects.filter(pk__in=ids, kind__in=kinds).values_list("pk", flat=True))
    return [candidate for candidate in candidates if candidate.version_id in allowed]


@transaction.atomic
def state_demanded_identity(*, person: Person, number: str, at: datetime) -> Identity:
    """Keep the person's number and return it, as `accounts.services.state_identity` does.

    Raises what that raises, and before it IdentityNotAsked where no contest that has not closed demands a number: then
    nothing is compared either.
    """
    if not is_identity_asked(now=at):
        raise IdentityNotAsked
    return state_identity(person=person, number=number, at=at)
