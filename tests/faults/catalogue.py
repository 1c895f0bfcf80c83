"""Every fault by its name: what is done, what must hold, and which forms it has."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.kinds import deadline, disk, network, postgres, regrade, release, settings, storm, valkey, web, worker
from tests.faults.trial import Plan

RESTORE = "tests/deploy/test_restore.py::test_lost_server_is_restored_up_to_the_archived_log"
PIECES = dict[str, "Fault"]


@dataclass(frozen=True)
class Fault:
    """Either a trial on a stand (`plan`) or something that brings its own servers (`alone`).

    `alone` takes whether the short form is wanted, returns findings, and raises Skipped where the machine forbids it.
    The test run plays the short form of both, or names in `tested_by` (path::test) what plays it already.
    """

    name: str
    must_hold: str
    plan: Plan | None = None
    alone: Callable[[bool], list[str]] | None = None
    tested_by: str = ""

    @property
    def what(self) -> str:
        """The procedure in one line: the docstring of whatever carries it out."""
        carried_out_by = self.alone if self.plan is None else self.plan.strike
        text = (carried_out_by.__doc__ or "") if carried_out_by else ""
        return text.splitlines()[0].partition(": ")[2] or text.splitlines()[0]


FAULTS: PIECES = {
    fault.name: fault
    for fault in (
        Fault("F1", "I1 I2 I9 I10", Plan(web.kill_web)),
        Fault("F2", "I1 I3", Plan(web.die_at_failpoints)),
        Fault("F3", "I4", Plan(worker.die_while_counting, is_submitted=False)),
        Fault("F4", "I1 I4 I5 I9", Plan(valkey.lose_cache)),
        Fault("F5", "I4 I7", Plan(valkey.lose_broker)),
        Fault("F6", "I1", Plan(postgres.crash)),
        Fault("F7", "I1 I3", Plan(postgres.lose_backends)),
        Fault("F8", "I6 I11", Plan(postgres.hang)),
        Fault("F9", "I1 I10", alone=disk.full),
        Fault("F10", "I1 I5", Plan(valkey.fill_cache)),
        Fault("F11", "I1 I3", Plan(postgres.cut)),
        Fault("F12", "I1 I4 I5 I9", Plan(valkey.cut_cache)),
        Fault("F14", "I11", Plan(network.never_read)),
        Fault("F15", "I10", Plan(network.dribble)),
        Fault("F16", "I1 I2 I3 I9", Plan(network.reorder, network=network.unruly)),
        Fault("F18", "I1 I10", Plan(storm.storm, clients_min=400, short_min=16, pace_s=2.0)),
        Fault("F19", "I3 I6 I7", Plan(deadline.storm, contest="brief")),
        Fault("F20", "I1", Plan(web.deploy)),
        Fault("F21", "I1", Plan(release.migrate)),
        Fault("F23", "I3 I4 I7", Plan(worker.redeliver)),
        Fault("F24", "I1", alone=settings.power),
        Fault("F25", "I3 I4 I5 I12", Plan(regrade.regrade, contest="regraded")),
        Fault("F27", "counts", alone=settings.zones),
        Fault("F28", "I1", alone=settings.restore, tested_by=RESTORE),
    )
}
