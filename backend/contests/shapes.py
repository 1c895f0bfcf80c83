"""How contests and rounds look to clients, without the counts that are made downstream."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from backend.contests import queries
from backend.contests.models import Contest, Round
from backend.core.rulebook import Rulebook
from backend.core.rules import registry
from backend.core.rules.prizes import Prize


class PredictionOutput(serializers.Serializer[Any]):
    """Describes what is to be predicted. Guesses count in the last decimal: with 5, 1234567 is 12.34567 %."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the contract's word; hides the field's own label
    min = serializers.IntegerField()
    max = serializers.IntegerField()
    decimals = serializers.IntegerField()


def prediction_shape(rulebook: Rulebook) -> dict[str, Any] | None:
    """Return the prediction question: its kind and words, and what a guess may be."""
    asked = rulebook.prediction_rule
    if asked is None:
        return None
    return {"kind": asked.name, "label": asked.vi, "min": 0, "max": asked.most, "decimals": asked.decimals}


def contest_shape(contest: Contest, *, now: datetime, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return a contest as the contract shows it; rounds and totals are added by who knows the counts.

    `titles` are those of the topics that rules name (`queries.titles_for`).
    """
    rulebook = queries.rulebook_of(contest)
    return {
        "uuid": contest.uuid,
        "key": contest.key,
        "title": contest.title,
        "summary": contest.summary,
        "state": queries.contest_state(list(contest.rounds.all()), now=now).value,
        "is_demo": contest.is_demo,
        "documents": [
            {
                "key": document.key,
                "number": document.number,
                "issuer": document.issuer,
                "issued_on": document.issued_on,
                "title": document.title,
            }
            for document in contest.documents.all()
        ],
        "rulebook": {
            "question_count": rulebook.question_count,
            "essay_count": rulebook.essay_count,
            "duration_s": rulebook.duration_s,
            "attempts_per_round": rulebook.attempts_per_round,
            "counts": rulebook.counts,
            "prediction": prediction_shape(rulebook),
            "ranking": list(rulebook.ranking),
            "result_shown": rulebook.result_shown,
            "keys_shown": rulebook.keys_shown,
            "minimum_age": rulebook.minimum_age,
            "demands_identity": rulebook.demands_identity,
            "prizes": [prize_shape(one) for one in rulebook.prizes],
        },
        "rulebook_lines": rulebook.lines(titles=titles),
        "rulebook_hash": contest.rulebook_hash,
    }


def prize_shape(prize: Prize) -> dict[str, Any]:
    """Return a prize as the contract shows it: what the rulebook states, and nothing about whom it falls to."""
    return {
        "name": prize.name,
        "count": prize.count,
        "amount_vnd": prize.amount_vnd,
        "condition": prize.condition(registry.UNIT_MEASURES, "vi"),
    }


def round_shape(one: Round, *, now: datetime) -> dict[str, Any]:
    """Return a round as the contract shows it, without its counts."""
    return {
        "uuid": one.uuid,
        "number": one.number,
        "title": one.title,
        "state": queries.round_state(one, now=now).value,
        "opens_at": one.opens_at,
        "closes_at": one.closes_at,
        "result_shown_at": queries.result_shown_at(one, now=now),
        "keys_released": queries.are_keys_released(one, now=now),
    }
