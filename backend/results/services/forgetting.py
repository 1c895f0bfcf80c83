"""Let go of what markers wrote about an erased person's essays. The marks are results, and stay."""

from backend.results.models import EssayMark
from backend.results.services.entering import hold_marks


def forget_remarks(*, person_id: int) -> None:
    """Blank the remarks on all essays of a person, replaced marks included, in the transaction that erases them.

    Nobody writes another one behind this: who gives a mark holds the author's row, which the caller has alone.
    """
    marks = EssayMark.objects.filter(attempt__person=person_id)
    # Against a set that is being proposed or given up, which writes the same rows.
    for contest_id in sorted(set(marks.values_list("contest_id", flat=True))):
        hold_marks(contest_id, alone=False)
    marks.exclude(remark="").update(remark="")
