"""Propose corrected keys and have them scored aside."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import Max, Min

from backend.accounts.models import Person
from backend.contests.models import Contest, RoundQuestion
from backend.contests.queries import rulebook_in_play
from backend.core.written import ACCEPTED_MAX, SHORT_TEXT_MAX, reading, visible
from backend.questions.enums import QuestionKind
from backend.questions.models import QuestionVersion
from backend.results.checks import check_can_compute
from backend.results.enums import ACTIVE, ChangeKind, Move
from backend.results.errors import RegradeActive, RegradeRefused
from backend.results.essays import count_complete
from backend.results.keys import EffectiveKey, effective_keys
from backend.results.models import Regrade, RegradeChange, RegradePart, RegradeStep, Result
from backend.results.pointers import PARTS, hold_alone
from backend.results.services.entering import enter_marks
from backend.results.services.stepping import lock_regrade, move
from backend.results.sheets import count_written

REASON_MAX = 2000
# Fewer results than this are not worth a part of their own.
PART_MIN = 20_000
_BEYOND_ALL = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What is to be done about one question version; `keys` are sets of canonical options, from 1.

    Of a short text `texts` are said in their place: a corrected key replaces all that was right by one text, several
    are accepted as two or more. Without a version the essays' marks enter: `ENTER_MARKS`.
    """

    version: QuestionVersion | None
    kind: str
    keys: tuple[frozenset[int], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def stored(self) -> list[list[int]] | list[list[str]]:
        """The new keys as `RegradeChange` has them."""
        if self.texts:
            return [[_cleaned(text)] for text in self.texts]
        return sorted(sorted(key) for key in self.keys)


ENTER_MARKS = ChangePlan(None, ChangeKind.ENTER_MARKS)


def propose_regrade(
    *, contest: Contest, changes: Sequence[ChangePlan], reason: str, author: Person, now: datetime
) -> Regrade:
    """Store a set of corrections as a draft. Raises RegradeRefused with the fields, RegradeActive."""
    essay = rulebook_in_play(contest.pk).essay if ENTER_MARKS in changes else None
    # All essays are looked through: before anybody has to wait for what is held here.
    written = None if essay is None else count_written(contest, essay, now=now)
    with transaction.atomic():
        # One at a time for a contest: the number of the version is taken from what stands.
        base = Contest.objects.select_for_update(no_key=True).get(pk=contest.pk).key_version
        if Regrade.objects.filter(contest=contest, state__in=ACTIVE).exists():
            raise RegradeActive
        _check(contest, base, changes, reason)
        highest = Regrade.objects.filter(contest=contest).aggregate(highest=Max("target_key_version"))["highest"]
        regrade = Regrade.objects.create(
            contest=contest,
            base_key_version=base,
            target_key_version=max(base, highest or 0) + 1,
            reason=reason.strip(),
            author=author,
            created_at=now,
        )
        RegradeChange.objects.bulk_create(
            RegradeChange(regrade=regrade, version=one.version, kind=one.kind, keys=one.stored) for one in changes
        )
        if ENTER_MARKS in changes and not enter_marks(regrade):
            raise RegradeRefused(fields={"marks": "Chưa có bài tự luận nào có điểm mới đủ để đưa vào."})
        if written is not None:
            # Whoever approves has to see what was decided on, not how far the marking has come since.
            regrade.essays_marked = count_complete(regrade)
            regrade.essays_written = max(written, regrade.essays_marked)
            regrade.save(update_fields=["essays_marked", "essays_written"])
        RegradeStep.objects.create(regrade=regrade, move=Move.CREATE, actor=author, reason=reason.strip(), at=now)
    return regrade


def start_computing(*, regrade: Regrade, actor: Person, now: datetime) -> Regrade:
    """Let the set be scored aside. From here on whatever ends is written under both versions where it has to be."""
    results = Result.objects.filter(contest=regrade.contest_id, key_version=regrade.base_key_version)
    total = results.count()
    # Where the parts end is a matter of speed alone: ids are dense enough, and whose part is done takes another.
    count = max(1, min(PARTS, total // PART_MIN))
    span = results.aggregate(first=Min("person_id"), last=Max("person_id"))
    ends = sorted({span["first"] + (span["last"] - span["first"]) * number // count for number in range(1, count)})
    with transaction.atomic():
        locked = lock_regrade(regrade.pk)
        check_can_compute(state=locked.state)
        hold_alone(locked.contest_id)
        RegradePart.objects.bulk_create(
            RegradePart(
                regrade=locked, number=number, after_person_id=after, upto_person_id=upto, cursor_person_id=after
            )
            for number, (after, upto) in enumerate(pairwise([0, *ends, _BEYOND_ALL]), start=1)
        )
        return move(locked, Move.COMPUTE, actor=actor, now=now, total_count=total)


def _check(contest: Contest, base: int, changes: Sequence[ChangePlan], reason: str) -> None:
    fields: dict[str, str] = {}
    if not reason.strip() or len(reason) > REASON_MAX:
        fields["reason"] = f"Nêu lý do, dài nhất {REASON_MAX} ký tự."
    if not changes:
        fields["changes"] = "Chọn ít nhất một câu hỏi."
    if changes.count(ENTER_MARKS) > 1:
        fields["marks"] = "Điểm tự luận chỉ đưa vào một lần trong một bộ."
    of_questions = [(index, one, one.version) for index, one in enumerate(changes) if one.version is not None]
    ids = [version.pk for _, _, version in of_questions]
    if len(set(ids)) != len(ids):
        fields["changes"] = "Mỗi câu hỏi chỉ được nêu một lần."
    used = set(
        RoundQuestion.objects.filter(round__contest=contest, version__in=ids).values_list("version_id", flat=True)
    )
    keys = effective_keys(contest_id=contest.pk, key_version=base, version_ids=ids)
    for index, one, version in of_questions:
        if version.pk not in used:
            fields[f"changes.{index}.question"] = "Câu hỏi này không có trong đề của hội thi."
        elif keys[version.pk].is_marked:
            fields[f"changes.{index}.question"] = "Câu tự luận không có đáp án. Chấm lại bài rồi đưa điểm vào."
        elif (problem := _problem(one, version, keys[version.pk])) is not None:
            fields[f"changes.{index}.keys"] = problem
    if fields:
        raise RegradeRefused(fields=fields)


def _problem(one: ChangePlan, version: QuestionVersion, now: EffectiveKey) -> str | None:
    """Say what is wrong with one change, None where nothing is."""
    is_text = now.texts is not None
    wanted: list[Hashable] = [reading(text) for text in one.texts] if is_text else list(one.keys)
    if one.kind == ChangeKind.DROP_QUESTION:
        problem = "Câu bị bỏ thì không nêu đáp án." if one.keys or one.texts else None
    elif misfit := (_text_misfit(one) if is_text else _option_misfit(one, version)):
        problem = misfit
    elif one.kind == ChangeKind.CORRECT_KEY and len(wanted) != 1:
        problem = "Nêu đúng một đáp án mới."
    elif one.kind == ChangeKind.ACCEPT_SEVERAL and (len(wanted) < 2 or len(set(wanted)) != len(wanted)):
        problem = "Nêu từ hai đáp án khác nhau trở lên."
    else:
        problem = None
    in_force = now.readings if is_text else set(now.accepted)
    same = one.kind == now.kind if now.is_dropped else set(wanted) == in_force
    return problem or ("Đáp án này đang áp dụng rồi." if same else None)


def _option_misfit(one: ChangePlan, version: QuestionVersion) -> str | None:
    known = frozenset(range(1, len(version.options) + 1))
    is_single = version.kind == QuestionKind.SINGLE
    if one.texts or any(not key or not key <= known or (is_single and len(key) != 1) for key in one.keys):
        return "Đáp án phải là phương án có trong câu hỏi."
    return None


def _text_misfit(one: ChangePlan) -> str | None:
    if one.keys:
        return "Câu này trả lời bằng chữ: nêu đáp án bằng chữ."
    if any(not reading(text) or len(text) > SHORT_TEXT_MAX or not _is_clean(text) for text in one.texts):
        return f"Đáp án phải có chữ hoặc số, dài nhất {SHORT_TEXT_MAX} ký tự."
    return f"Nêu nhiều nhất {ACCEPTED_MAX} đáp án." if len(one.texts) > ACCEPTED_MAX else None


def _is_clean(text: str) -> bool:
    return _cleaned(text).isprintable()


def _cleaned(text: str) -> str:
    """Return a right text as it is kept: what people wrote is accepted as it is seen."""
    return " ".join(visible(text).split())
