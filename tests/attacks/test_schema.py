"""The whole API under generated requests, right and wrong ones: nothing of it may end in a failure of ours."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from backend.accounts.enums import Role
from backend.attempts.services import start_attempt
from backend.infra import clock
from tests.attacks.serving import Live
from tests.attacks.test_matrix import EXPECTED
from tests.attempts.serving import sign_in
from tests.factories import make_contest, make_person, make_question, make_unit

DOCUMENT = schemathesis.openapi.from_path(settings.BASE_DIR / "backend" / "config" / "openapi.yaml")
OPERATIONS = [one.ok() for one in DOCUMENT.get_all_operations()]
BOUNDED = examples(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def scene(transactional_db: None) -> dict[str, str]:
    """What an address may name, by the word before it; everything belongs to the caller."""
    round_ = make_contest(now=clock.now(), key="hoi-thi").rounds.get()
    person = make_person(territory=make_unit(), roles=[Role.ORGANIZER])
    attempt = start_attempt(person=person, round=round_, now=clock.now())[0]
    return {
        "session": sign_in(person),
        "attempts": str(attempt.uuid),
        "rounds": str(round_.uuid),
        "questions": str(make_question(state="draft").question.uuid),
        "contests": "hoi-thi",
        "documents": "15-nq-tw-2022",
    }


def test_the_document_tells_of_every_operation():
    assert {(one.method.lower(), one.path.strip("/")) for one in OPERATIONS} == {
        (method, path.replace("<uuid:", "{").replace("<slug:", "{").replace("<int:", "{").replace(">", "}"))
        for method, path in EXPECTED
        if path != "api/schema"
    }


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_generated_request_is_a_failure_of_ours(live: Live, scene: dict[str, str], mode: GenerationMode):
    """A few requests of each operation, as the document allows them and as it does not."""
    statuses: Counter[int] = Counter()

    def ask(case: Any) -> None:
        kind = next((one for one in scene if f"/{one}/" in case.path), None)
        if kind and mode is GenerationMode.POSITIVE:
            case.path_parameters = dict.fromkeys(case.path_parameters, scene[kind])
        response = case.call(base_url=live.origin, headers={"X-Session-Token": scene["session"]})
        statuses[response.status_code] += 1
        case.validate_response(response, checks=(not_a_server_error,))

    for operation in OPERATIONS:
        # What takes nothing cannot be asked wrongly.
        with suppress(Unsatisfiable):
            BOUNDED(given(operation.as_strategy(generation_mode=mode))(ask))()

    assert statuses.total() > 2 * len(OPERATIONS)
    assert statuses[200 if mode is GenerationMode.POSITIVE else 400] > 10
    assert [status for status in statuses if status >= 500] == []
