"""An attempt with results cannot go, though no constraint of the results says so."""

import pytest
from django.db import IntegrityError, connection, transaction

from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt
from backend.results.models import Result
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import sit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement", ["DELETE FROM attempts_attempt WHERE id = %s", "UPDATE attempts_attempt SET id = -id WHERE id = %s"]
)
def test_an_attempt_with_a_result_is_neither_deleted_nor_renamed(statement: str) -> None:
    one = make_contest(question_count=1, pool_size=1).rounds.get()
    attempt = sit(one, make_person(territory=make_unit()), skipped={one.pool.get().version_id})

    with pytest.raises(IntegrityError, match=f"attempt {attempt.pk} has results"), transaction.atomic():
        _run(statement, attempt.pk)

    assert list(Result.objects.values_list("attempt_id", flat=True)) == [attempt.pk]
    assert list(Attempt.objects.values_list("pk", flat=True)) == [attempt.pk]


def test_an_attempt_without_one_is() -> None:
    one = make_contest(question_count=1, pool_size=1).rounds.get()
    attempt, _ = start_attempt(person=make_person(territory=make_unit()), round=one, now=NOON)

    _run("DELETE FROM attempts_attempt WHERE id = %s", attempt.pk)

    assert not Attempt.objects.exists()


def _run(statement: str, attempt_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [attempt_id])
