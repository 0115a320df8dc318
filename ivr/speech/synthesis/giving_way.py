"""A process that has the processor only while nobody else wants it."""

import contextlib
import os
from pathlib import Path

_LAST = 19


def give_way(pid: int) -> None:
    """From now on; to be called before the process has threads. Where the system does not let us, it is as others."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(OSError):
        # Where the kernel shares the processor among sessions (sched(7), autogroup), its own session counts first.
        if os.getsid(pid) == pid:
            Path(f"/proc/{pid}/autogroup").write_text(str(_LAST))
