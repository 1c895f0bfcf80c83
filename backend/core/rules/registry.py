"""Every part a rulebook can be composed of. Pure. A new part is written in its module, listed here, and is known."""

from collections.abc import Mapping

from backend.core.rules import comparisons, counting, limits, papers, people, points, predictions, prizes, showing
from backend.core.rules.parts import Part, table

PAPERS = table(papers.DRAWN, papers.FIXED)
KINDS = table(papers.SINGLE, papers.MULTIPLE, papers.SHORT_TEXT)
SCORINGS = table(points.ALL_OR_NOTHING, points.PROPORTIONAL)
COUNTINGS = table(counting.BEST_THEN_EARLIEST, counting.LAST, counting.FIRST)
PREDICTIONS = table(predictions.ALL_CORRECT_PEOPLE, predictions.PARTICIPANTS, predictions.ALL_CORRECT_SHARE)
COMPARISONS = table(
    comparisons.CORRECT,
    comparisons.SCORE,
    comparisons.PREDICTION,
    comparisons.EARLIEST,
    comparisons.DURATION,
    comparisons.START,
)
SPANS = table(limits.ROUND, limits.CONTEST, limits.WEEK, limits.DAY)
WEEKS = table(limits.WEEK_IS_CALENDAR, limits.WEEK_IS_ROUND)
RESULTS_SHOWN = table(showing.RESULT_AT_ONCE, showing.RESULT_AFTER_ROUND, showing.RESULT_AFTER_CONTEST)
KEYS_SHOWN = table(showing.KEYS_AFTER_ROUND, showing.KEYS_AFTER_CONTEST, showing.KEYS_NEVER)
TEAMS = table(people.ORGANIZING_COMMITTEE, people.CONTENT_TEAM, people.EXPERT_TEAM, people.SECRETARIES)
IDENTITIES = table(people.IDENTITY_NOT_ASKED, people.IDENTITY_NUMBER)
UNIT_MEASURES = table(prizes.BY_PEOPLE, prizes.BY_SHARE)
UNIT_GROUPS = prizes.UNIT_GROUPS

# By the rulebook's field that names one part ...
ONE_OF: Mapping[str, Mapping[str, Part]] = {
    "counts": COUNTINGS,
    "result_shown": RESULTS_SHOWN,
    "keys_shown": KEYS_SHOWN,
    "paper": PAPERS,
    "scoring": SCORINGS,
    "week": WEEKS,
    "identity": IDENTITIES,
}
# ... or several of them, each once; True where at least one is needed.
SOME_OF: Mapping[str, tuple[Mapping[str, Part], bool]] = {
    "ranking": (COMPARISONS, True),
    "kinds": (KINDS, True),
    "excluded": (TEAMS, False),
}
