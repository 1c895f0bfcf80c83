"""Devices from which many accounts began, as organizers see them: masked names, nothing of the device itself.

A ward office's computer looks like this every day. Nothing is refused, voided or told to anybody because of it.
"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from backend.accounts.models import Profile
from backend.attempts.models import Attempt, DeviceStart
from backend.contests.models import Round
from backend.core.text import mask_name
from backend.infra.reading import one_snapshot

DEVICES_SHOWN = 50
PEOPLE_SHOWN = 20


def shared_devices(one: Round) -> dict[str, Any]:
    """Return the round's devices with more accounts than the setting allows unseen, the most crowded first.

    At most `DEVICES_SHOWN` are listed, each with at most `PEOPLE_SHOWN` people, those of the oldest accounts; the
    counts are of all.
    """
    with one_snapshot():
        return _shared_devices(one)


def _shared_devices(one: Round) -> dict[str, Any]:
    most = settings.DEVICE_ACCOUNTS_MAX
    crowded = (
        DeviceStart.objects.filter(round=one)
        .values("device")
        .annotate(people=Count("person_id"))
        .filter(people__gt=most)
        .order_by("-people", "device")
    )
    counts = {bytes(row["device"]): row["people"] for row in crowded[:DEVICES_SHOWN]}
    total = len(counts) if len(counts) < DEVICES_SHOWN else crowded.count()
    people = _people(one, list(counts))
    return {
        "accounts_max": most,
        "total": total,
        "devices": [
            {"device": place, "people_count": count, "people": people[device]}
            for place, (device, count) in enumerate(counts.items(), start=1)
        ],
    }


def _people(one: Round, devices: list[bytes]) -> dict[bytes, list[dict[str, Any]]]:
    """Return by device who began there: the oldest accounts, in the order of their first attempts in the round."""
    place = Window(RowNumber(), partition_by=[F("device")], order_by=[F("person_id")])
    rows = DeviceStart.objects.filter(round=one, device__in=devices).annotate(place=place)
    rows = rows.filter(place__lte=PEOPLE_SHOWN)
    seen = [(bytes(device), person_id) for device, person_id in rows.values_list("device", "person_id")]
    people = _described(one, {person_id for _, person_id in seen})
    found: dict[bytes, list[dict[str, Any]]] = {device: [] for device in devices}
    for device, person_id in seen:
        found[device].append(people[person_id])
    return {device: sorted(ones, key=lambda row: row["attempts"][0].started_at) for device, ones in found.items()}


def _described(one: Round, person_ids: set[int]) -> dict[int, dict[str, Any]]:
    """Return people by id as they are shown, with their attempts of the round."""
    names = dict(Profile.objects.filter(person_id__in=person_ids).values_list("person_id", "display_name"))
    own: defaultdict[int, list[Attempt]] = defaultdict(list)
    attempts = Attempt.objects.filter(round=one, person_id__in=person_ids).select_related("territory")
    for attempt in attempts.order_by("started_at", "pk"):
        own[attempt.person_id].append(attempt)
    return {
        person_id: {
            "name": mask_name(names.get(person_id, "")),
            "unit_name": ones[0].territory.name if ones[0].territory else None,
            "attempts": ones,
        }
        for person_id, ones in own.items()
    }
