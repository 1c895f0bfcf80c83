"""Places where a fault test may kill the process. Inert unless the environment names one and allows it.

`FP=after_commit_before_ack:kill` kills at the first pass; `FP=mid_batch:kill:5` at the fifth. Refused unless DEBUG or
FAILPOINTS is on: a server for the public never dies on request.
"""

import os
import signal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAMES = frozenset(
    {"after_recv", "mid_batch", "after_commit_before_ack", "mid_drain", "after_drain", "mid_regrade", "mid_apply"}
)
_ON = {"1", "true", "yes", "on"}


class Failpoint:
    """One armed place. `hit` is called at every place, armed or not, and costs one comparison."""

    def __init__(self, text: str, *, allowed: bool) -> None:
        """Read `NAME:kill[:PASS]`. Raises ImproperlyConfigured for anything else, or where it is not allowed."""
        self.name = ""
        self.left = 0
        if not text:
            return
        name, action, *rest = [*text.split(":"), ""][:3]
        if name not in NAMES or action != "kill" or not (rest == [""] or rest[0].isdigit()):
            raise ImproperlyConfigured(f"FP must look like NAME:kill or NAME:kill:5 with a NAME of {sorted(NAMES)}")
        if not allowed:
            raise ImproperlyConfigured("FP is for fault tests: it needs DEBUG or FAILPOINTS to be on")
        self.name = name
        self.left = int(rest[0] or 1)

    def hit(self, name: str) -> None:
        """Die here where this place is armed and its pass has come."""
        if name != self.name:
            return
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


_failpoint = Failpoint(
    os.environ.get("FP", ""), allowed=settings.DEBUG or os.environ.get("FAILPOINTS", "").lower() in _ON
)
hit = _failpoint.hit
