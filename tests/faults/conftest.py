"""One stand for all trials of a test process: starting it costs more than any trial."""

from collections.abc import Iterator

import pytest

from tests.faults.stand.servers import Stand, running_stand

PEOPLE = 340


@pytest.fixture(scope="session")
def stand() -> Iterator[Stand]:
    with running_stand(people=PEOPLE) as running:
        yield running
