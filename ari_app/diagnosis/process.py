"""A program run for a probe: no shell, no environment, no input; little output is kept, nothing is left behind."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

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
    with _pipe() as (reading, writing):
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        writing.close()
        kept = bytearray()
        draining = asyncio.create_task(_drain(reading, kept))
        try:
            code = await process.wait()
            await asyncio.wait({draining}, timeout=_DRAINED_WITHIN_S)
        finally:
            draining.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            await asyncio.wait({draining})
    return Ended(code, kept.decode(errors="replace"))


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Our own: at one of asyncio's `wait` waits for all who hold it, also for what the program has left behind."""
    reading, writing = (
        os.fdopen(number, mode, buffering=0) for number, mode in zip(os.pipe(), ("rb", "wb"), strict=True)
    )
    with reading, writing:
        yield reading, writing


async def _drain(output: IO[bytes], kept: bytearray) -> None:
    """To the end: who prints a megabyte must not wait for a reader, and must not fill our memory."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), output
    )
    try:
        while chunk := await reader.read(KEPT_BYTES):
            kept += chunk[: KEPT_BYTES - len(kept)]
    finally:
        transport.close()
