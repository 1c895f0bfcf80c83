"""What the tests of standings share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def at_the_marking_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A moment after the round; every read of the desk counts anew, and nobody is slowed down by who came before."""
    from backend.infra import clock
    from backend.infra.lately import Lately
    from backend.standings import marking as shapes
    from backend.standings.rest import marking
    from tests.results.essays import LATER

    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(shapes, "_counts", Lately(times=0, from_s=0, most_s=0))
    marking._pace.clear()
    yield
    marking._pace.clear()
