"""A controller that starts has callers who wait for an agent: until the queue is served it is in haste.

Meanwhile it has the processor before others where the system lets it (root, CAP_SYS_NICE), and nobody collects garbage:
while a thousand modules are imported there is none, and looking for it takes a fifth of the time.
"""

import contextlib
import gc
import os
from pathlib import Path

_HASTE = -10
"""Added to the niceness that we are started with."""

_SESSION = Path("/proc/self/autogroup")
"""Where the kernel shares the processor among sessions (sched(7), autogroup) niceness counts only within each; the
session has one of its own."""

_usual = os.getpriority(os.PRIO_PROCESS, 0)


def make_haste() -> None:
    """From now on; to be called before anything else is imported, and any thread or process is started."""
    gc.disable()
    _be_nice(_usual + _HASTE, _HASTE)


def take_time() -> None:
    """All is as usual from now on, for whatever is started after this too."""
    _be_nice(_usual, 0)
    gc.freeze()  # what is there by now is there to stay
    gc.enable()


def _be_nice(niceness: int, of_session: int) -> None:
    with contextlib.suppress(OSError):  # not permitted: then we take our turn like everybody
        for thread in Path("/proc/self/task").iterdir():  # each has its own
            os.setpriority(os.PRIO_PROCESS, int(thread.name), niceness)
        if os.getsid(0) == os.getpid():  # others' session is not ours to change
            _SESSION.write_text(str(of_session))
