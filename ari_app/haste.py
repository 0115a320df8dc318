"""A controller that starts has callers who wait for an agent: until the queue is served it is in haste.

Meanwhile it may have the processor before others where the system lets it (root, CAP_SYS_NICE, a limit for `nice`), and
nobody collects garbage: while a thousand modules are imported there is none, and looking for it takes a fifth of the
time.
"""

import contextlib
import gc
import os
from pathlib import Path

_NICENESS = -10
"""Added to what we are started with."""

_usual = os.getpriority(os.PRIO_PROCESS, 0)


def make_haste() -> None:
    """From now on; to be called before anything else is imported, and any thread or process is started."""
    gc.disable()
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, _usual + _NICENESS)


def take_time() -> None:
    """All is as usual from now on, for whatever is started after this too."""
    for thread in Path("/proc/self/task").iterdir():  # the kernel keeps it for each of them
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), _usual)
    gc.freeze()  # what is there by now is there to stay
    gc.enable()
