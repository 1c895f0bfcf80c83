"""Tell the watchers what changed: build the state of every watched topic that is due, keep it, publish it."""

import json
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

import redis
import structlog
from django.db.models import QuerySet

from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.infra import keys, valkey
from backend.infra.reading import advance_version, current_version
from backend.infra.ticks import Frame, Tick
from backend.participation.services import Drained
from backend.standings.topics import Topic, build_tick, parse_topic
from backend.units.models import Unit

log = structlog.get_logger(__name__)

# A process says every five seconds what it watches; thrice unsaid, nobody does.
WATCHED_S = 16
# A topic nobody touched is looked at this often all the same: a round may have become final, a hint been lost.
RECHECK_S = 10.0
MONITOR_S = 1.5
KEEP_S = 60
# A state is built within seconds, and kept at once: whoever takes longer than this has been stopped.
FLOOR_S = 120

# An older state never takes a newer one's place, whoever comes last; nor do older keys, or an older turn of the board.
# Nor does one from before what was forgotten, though nothing stands there.
_STORE = """
local floor = redis.call('GET', KEYS[2])
if floor and tonumber(ARGV[3]) < tonumber(floor) then return 0 end
local kept = redis.call('GET', KEYS[1])
if kept then
  local old = cjson.decode(kept)
  if old.epoch == ARGV[2] and old.version >= tonumber(ARGV[3]) then return 0 end
  local keys, turn, life = string.match(old.epoch, '^(%d+)%.(%d+)%.(.*)$')
  local new_keys, new_turn, new_life = string.match(ARGV[2], '^(%d+)%.(%d+)%.(.*)$')
  if life == new_life then
    if tonumber(turn) > tonumber(new_turn) then return 0 end
    if tonumber(turn) == tonumber(new_turn) and tonumber(keys) > tonumber(new_keys) then return 0 end
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[4])
if ARGV[5] ~= '' then redis.call('PUBLISH', ARGV[5], ARGV[1]) end
return 1
"""
_checked_at: dict[str, float] = {}


def publish(drained: Drained, *, now: datetime) -> int:
    """Publish the watched topics that changed; return how many. What nobody watches is forgotten, not built."""
    try:
        watched = _watched(now)
        dirty = _dirty_topics(drained)
        _delete(dirty - watched)
        return sum(_refresh(name, is_dirty=name in dirty, now=now) for name in sorted(watched))
    except (redis.RedisError, OSError) as error:
        log.warning("ticks_not_published", error=type(error).__name__)
        return 0


def forget_contest(contest_id: int) -> None:
    """Forget the kept states of a contest's watched topics: they are built anew, under the keys now in force."""
    _forget_rounds(Round.objects.filter(contest=contest_id))


def forget_round(round_id: int) -> None:
    """Forget the kept states of a round's watched topics: what the public is shown has become another board."""
    _forget_rounds(Round.objects.filter(pk=round_id))


def forget_person(person_id: int) -> None:
    """Forget every kept state that may show a person's name, watched or not: those of their rounds and units."""
    drained = Drained()
    places = Attempt.objects.filter(person=person_id).values_list("round_id", "territory_id", "workplace_id")
    for round_id, territory_id, workplace_id in places.distinct():
        drained.units_by_round.setdefault(round_id, set()).update({territory_id, workplace_id} - {None})
    try:
        _forget(_dirty_topics(drained))
    except (redis.RedisError, OSError) as error:
        # They end by themselves within a minute.
        log.warning("ticks_not_forgotten", error=type(error).__name__)


def _forget_rounds(rounds: QuerySet[Round]) -> None:
    try:
        uuids = {str(uuid) for uuid in rounds.values_list("uuid", flat=True)}
        _forget(name for name in _all_watched() if name.split(":")[1] in uuids)
    except (redis.RedisError, OSError) as error:
        log.warning("ticks_not_forgotten", error=type(error).__name__)


def keep(tick: Tick) -> None:
    """Keep a state that was built for a reader, without telling anybody."""
    _store(Frame.of(tick), channel="")


def _store(frame: Frame, *, channel: str) -> bool:
    stored = valkey.client().eval(
        _STORE,
        2,
        keys.snapshot(frame.topic),
        keys.floor(frame.topic),
        frame.text,
        frame.epoch,
        frame.version,
        KEEP_S,
        channel,
    )
    return bool(stored)


def _watched(now: datetime) -> set[str]:
    client = valkey.client()
    since = now.timestamp() - WATCHED_S
    client.zremrangebyscore(keys.WATCHED, "-inf", since)
    return _all_watched()


def _all_watched() -> set[str]:
    names = valkey.client().zrange(keys.WATCHED, 0, -1)
    assert isinstance(names, list)
    return {name.decode() for name in names}


def _dirty_topics(drained: Drained) -> set[str]:
    """Name every topic that the folded rows touch: the round, its monitor, the units and all above them."""
    rounds = dict(Round.objects.filter(pk__in=drained.units_by_round).values_list("pk", "uuid"))
    paths = dict(
        Unit.objects.filter(pk__in=set().union(*drained.units_by_round.values())).values_list("pk", "path")
        if drained.units_by_round
        else ()
    )
    lineage = {path[:end] for path in paths.values() for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    uuids = dict(Unit.objects.filter(path__in=lineage).values_list("path", "uuid")) if lineage else {}
    names: set[str] = set()
    for round_id, unit_ids in drained.units_by_round.items():
        names |= {keys.round_topic(rounds[round_id]), keys.monitor_topic(rounds[round_id])}
        for path in (paths[unit_id] for unit_id in unit_ids):
            names |= {
                keys.unit_topic(rounds[round_id], uuids[path[:end]])
                for end in range(Unit.steplen, len(path) + 1, Unit.steplen)
            }
    return names


def _forget(names: Iterable[str]) -> None:
    """Delete the states of topics for good: a reader who has built one from an older snapshot keeps it no more."""
    stale = list(names)
    if not stale:
        return
    version = current_version()
    # The floors first: what comes between is deleted.
    with valkey.client().pipeline(transaction=False) as pipeline:
        for name in stale:
            pipeline.set(keys.floor(name), version, ex=FLOOR_S)
        pipeline.execute()
    _delete(stale)


def _delete(names: Iterable[str]) -> None:
    stale: Sequence[str] = [keys.snapshot(name) for name in names]
    if stale:
        valkey.client().delete(*stale)


def _refresh(name: str, *, is_dirty: bool, now: datetime) -> bool:
    topic = parse_topic(name)
    if topic is None:
        return False
    kept = valkey.get(keys.snapshot(name))
    age_s = time.monotonic() - _checked_at.get(name, float("-inf"))
    is_due = is_dirty or age_s > (MONITOR_S if topic.is_monitor else RECHECK_S)
    if kept is not None and not is_due and json.loads(kept)["epoch"].endswith(f".{valkey.life_or_none()}"):
        return False
    _remember_check(name)
    return _publish_changed(topic, kept, now=now)


def _publish_changed(topic: Topic, kept: bytes | None, *, now: datetime) -> bool:
    tick = build_tick(topic, now=now)
    if tick is None:
        return False
    if kept is not None:
        old = json.loads(kept)
        if old["epoch"] == tick.epoch and old["data"] == tick.data:
            return False
        if old["epoch"] == tick.epoch and old["version"] == tick.version:
            # The clock changed it (results came to be seen, the round is final) and nobody wrote: versions must grow.
            advance_version()
            tick = build_tick(topic, now=now) or tick
    return _store(Frame.of(tick), channel=keys.TICKS_CHANNEL)


def _remember_check(name: str) -> None:
    if len(_checked_at) > 10_000:
        _checked_at.clear()
    _checked_at[name] = time.monotonic()
