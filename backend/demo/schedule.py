"""Lay four weekly rounds so that one is open at whatever hour the demo is started. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.contests.services import RoundPlan

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ROUND_COUNT = 4
CURRENT = 2  # the round that is open: one lies behind, so that released keys can be seen too
OPENS = timedelta(hours=8)  # after Monday 00:00
CLOSES = timedelta(days=6, hours=23)  # Sunday 23:00


def weekly_rounds(*, now: datetime) -> list[RoundPlan]:
    """Return the four rounds, Monday 08:00 to Sunday 23:00 in Hanoi, round 2 holding `now`.

    In the nine hours between Sunday 23:00 and Monday 08:00 no such round would be open: then round 2 is the coming
    week's and opens early, at the previous close.
    """
    local = now.astimezone(HANOI)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    if local >= monday + CLOSES:
        monday += timedelta(weeks=1)
    plans: list[RoundPlan] = []
    for number in range(1, ROUND_COUNT + 1):
        start = monday + timedelta(weeks=number - CURRENT)
        opens_at = start + OPENS
        if number == CURRENT and now < opens_at:
            opens_at = start - timedelta(weeks=1) + CLOSES
        plans.append(RoundPlan(title=f"Đợt {number}", opens_at=opens_at, closes_at=start + CLOSES))
    return plans
