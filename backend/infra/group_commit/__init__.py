"""Durable writes at the speed of a log: many waiting writes, one statement, one commit, then the answers.

`GroupCommit` takes writes, `GroupRead` does the same for reads; both speak through a `ReservedConnection` of their own.
`GroupCall` gathers calls of a service, which uses Django's connections.
"""

from backend.infra.group_commit.committer import Done, Failure, GroupCommit, QueueFull, Write
from backend.infra.group_commit.gathering import GroupCall
from backend.infra.group_commit.reader import GroupRead, ReadFailed
from backend.infra.group_commit.reserved import ReservedConnection

__all__ = [
    "Done",
    "Failure",
    "GroupCall",
    "GroupCommit",
    "GroupRead",
    "QueueFull",
    "ReadFailed",
    "ReservedConnection",
    "Write",
]
