"""Watchers hear of new keys at once, and older keys never take the place of newer ones."""

import json
import time

import pytest

from backend.infra import keys, ticks, valkey
from backend.participation.services import Drained, drain_all
from backend.results import services
from backend.standings.publishing import keep, publish
from backend.standings.topics import build_tick, parse_topic
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import compute, correct, pool_of, propose, sit

pytestmark = pytest.mark.django_db


def kept(topic: str) -> tuple[str, int]:
    state = json.loads(valkey.get(keys.snapshot(topic)) or "{}")
    return state["epoch"].split(".")[0], state["data"]["all_correct"]


def test_applying_ticks_at_once_and_an_older_state_that_comes_late_is_dropped(django_capture_on_commit_callbacks):
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
    topic = keys.round_topic(one.uuid)
    valkey.client().zadd(keys.WATCHED, {topic: time.time() + 60})
    publish(drain_all(), now=NOON)
    regrade = compute(propose(contest, correct(wrong, 4)))
    publish(drain_all(), now=NOON)
    before = kept(topic)
    parsed = parse_topic(topic)
    assert parsed is not None
    older = build_tick(parsed, now=NOON)
    services.approve_regrade(regrade=regrade, actor=make_person(), now=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        services.apply_regrade(regrade=regrade, actor=regrade.author, now=NOON)
    publish(Drained(), now=NOON)

    assert (before, kept(topic)) == (("1", 0), ("2", 1))
    assert older is not None
    assert older.epoch == ticks.epoch(1, valkey.life())
    keep(older)
    assert kept(topic) == ("2", 1)
