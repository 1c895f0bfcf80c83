"""Run a command of the product with one of its promises broken: `python -m tests.faults.stand.mutant NAME COMMAND ...`.

The proof of the checker: what is broken here must turn a trial red. Nothing of it can be switched on in the product;
without `FAULT_MUTATION=NAME` in the environment this refuses to run as well.
"""

import asyncio
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

GUARD = "FAULT_MUTATION"
WRITTEN_BEHIND_S = 0.5


def async_commit() -> None:
    """(a) Answers are committed without waiting for the log to reach the disk."""
    from backend.infra.group_commit import reserved

    reserved._OPTIONS = _replaced(r"synchronous_commit=on", "synchronous_commit=off", reserved._OPTIONS)


def ack_before_commit() -> None:
    """(b) An answer is called saved when it is queued, and written behind, as caches do."""
    from backend.attempts.services import AnswerOutcome, TextWrite
    from backend.core.merging import Verdict
    from backend.infra.group_commit import GroupCommit

    enqueue = GroupCommit.enqueue

    def enqueue_and_tell(self: Any, write: Any, done: Callable[[Any], None]) -> None:
        # A commit takes a millisecond, and a kill seldom falls into one: with some time between every kill shows it.
        asyncio.get_running_loop().call_later(WRITTEN_BEHIND_S, enqueue, self, write, lambda outcome: None)
        is_text = isinstance(write, TextWrite)
        held = ((), write.text) if is_text else (write.choice, None)
        done(AnswerOutcome(Verdict.SAVED, write.seq, *held))

    GroupCommit.enqueue = enqueue_and_tell  # type: ignore[method-assign]


def no_seq_guard() -> None:
    """(c) Whatever arrives last is stored, whatever its `seq`."""
    _unguard("_CHOICES", "_TEXTS")


def no_seq_guard_of_words() -> None:
    """(f) The same for words alone: it is they who have to notice."""
    _unguard("_TEXTS")


def _unguard(*names: str) -> None:
    from backend.attempts.services import statement

    for name in names:
        form = getattr(statement, name)
        unguarded = _replaced(_SEQ_GUARD, "", form.statement.decode())
        setattr(statement, name, replace(form, statement=unguarded.encode()))


def outbox_outside() -> None:
    """(d) The counts' outbox is written after the commit of the result, in a transaction of its own."""
    from django.db import transaction

    from backend.participation import services

    record = services.record_participation

    def record_later(*, result_ids: Any, are_new: bool) -> None:
        transaction.on_commit(lambda: record(result_ids=result_ids, are_new=are_new))

    services.record_participation = record_later


def trusted_message() -> None:
    """(e) What is to be counted travels in a Celery message, acknowledged before it is done."""
    from django.db import transaction

    from backend.config.celery import app
    from backend.participation import services

    def send(*, result_ids: Any, are_new: bool) -> None:
        transaction.on_commit(lambda: app.send_task(TRUSTED, args=[list(result_ids)], queue="stats", retry=False))

    services.record_participation = send
    execve = os.execve

    def execve_believer(path: Any, words: Any, env: Any) -> None:
        named = [word.replace("backend.config.celery", "tests.faults.stand.believer") for word in words]
        execve(path, named, env)

    os.execve = execve_believer  # type: ignore[assignment]


_SEQ_GUARD = r"WHERE\s+stored\.seq\s*<\s*excluded\.seq"
TRUSTED = "tests.faults.trusted"
MUTATIONS = {
    function.__name__: function
    for function in (
        async_commit,
        ack_before_commit,
        no_seq_guard,
        no_seq_guard_of_words,
        outbox_outside,
        trusted_message,
    )
}

OF_WORKER = frozenset({"trusted_message"})


def _replaced(pattern: str, by: str, text: str) -> str:
    changed, count = re.subn(pattern, by, text)
    if not count:
        raise RuntimeError(f"nothing to break: {pattern} is not in {text!r}")
    return changed


def main(name: str) -> None:
    """Break the promise, then be the command."""
    if os.environ.get(GUARD) != name:
        raise SystemExit(f"{name} is for the proof of the checker alone: {GUARD} does not name it")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    MUTATIONS[name]()
    from backend.__main__ import main as run

    del sys.argv[1]
    run()


if __name__ == "__main__":
    main(sys.argv[1])
