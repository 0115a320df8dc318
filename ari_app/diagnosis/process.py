"""A program run for a probe: no shell, no environment, no input; little output is kept, nothing is left behind."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass

KEPT_BYTES = 64_000
_DRAINED_WITHIN_S = 0.5
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Ended:
    """`exit` is its code, negative after a signal; `output` the beginning of what it printed."""

    exit: int
    output: str


async def run_program(arguments: tuple[str, ...]) -> Ended:
    """Run it to its end. Cancelled, it is killed, and whatever it has started too.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    kept = bytearray()
    draining = asyncio.create_task(_drain(process.stdout, kept))
    try:
        code = await process.wait()
        # What it has started may hold its output open for ever.
        await asyncio.wait({draining}, timeout=_DRAINED_WITHIN_S)
    finally:
        draining.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.wait({draining})
    return Ended(code, kept.decode(errors="replace"))


async def _drain(output: asyncio.StreamReader, kept: bytearray) -> None:
    """To the end: who prints a megabyte must not wait for a reader, and must not fill our memory."""
    while chunk := await output.read(KEPT_BYTES):
        kept += chunk[: KEPT_BYTES - len(kept)]
