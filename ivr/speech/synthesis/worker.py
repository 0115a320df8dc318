"""A speech engine in a process of its own: one job at a time, replaced when it dies or hangs.

A process of its own keeps the event loop free, survives an engine that does not, and keeps the GPL parts of
engines out of the line's processes. The engine's side of the pipe is `engine.py`.
"""

import asyncio
import base64
import json
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from ivr.speech.synthesis.errors import EngineMissing, SynthesisBusy, SynthesisError
from ivr.speech.synthesis.giving_way import give_way

_ROOT = Path(__file__).parents[3]
_LONGEST_REPLY = 16 * 1024 * 1024
_MOST_WAITING = 32
_START_S = 60.0
_IDLE_TIMEOUT_S = 3600.0


class _EngineLost(Exception):
    """The process died, hung or spoke nonsense."""


class SpeechWorker:
    """The engine of the module `engine`, started with `arguments` when first needed.

    `timeout_s` bounds one job; the start of the process has its own, generous bound. One that is `idle` has the
    processor only while nobody else wants it, and an hour for a job.
    """

    def __init__(self, engine: str, timeout_s: float, arguments: Sequence[str] = (), *, idle: bool = False) -> None:
        self._command = (sys.executable, "-m", engine, *arguments)
        self._timeout_s = _IDLE_TIMEOUT_S if idle else timeout_s
        self._idle = idle
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._numbers = count(1)

    @property
    def pid(self) -> int | None:
        """The process id of the engine, while there is one."""
        return self._process.pid if self._process else None

    async def speak(self, text: str, voice: str) -> bytes:
        """`text` as mu-law (8 kHz), levelled and trimmed. A job whose process is lost is tried once more.

        Raises:
            EngineMissing: the engine or the voice is not installed.
            SynthesisBusy: too many texts are waiting already.
            SynthesisError: the engine was lost twice, or refused the text.
        """
        if self._waiting >= _MOST_WAITING:
            raise SynthesisBusy(f"{self._waiting} texts are waiting for the synthesizer")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._speak_or_replace(text, voice)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def _speak_or_replace(self, text: str, voice: str) -> bytes:
        try:
            return await self._job(text, voice)
        except _EngineLost:
            await self.close()
        try:
            return await self._job(text, voice)
        except _EngineLost as error:
            await self.close()
            raise SynthesisError(f"the synthesizer was lost twice on one text: {error}") from error

    async def _job(self, text: str, voice: str) -> bytes:
        try:
            process = self._process or await self._start()
            async with asyncio.timeout(self._timeout_s):
                return await self._exchange(process, text, voice)
        except TimeoutError:
            raise _EngineLost("no answer in time") from None
        except (OSError, ValueError) as error:
            raise _EngineLost(str(error)) from error
        except EngineMissing:
            await self.close()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_REPLY,
            cwd=_ROOT,
            start_new_session=True,  # Ctrl-C is for the process that owns this one, which ends it in order
        )
        if self._idle:
            give_way(self._process.pid)
        async with asyncio.timeout(max(_START_S, self._timeout_s)):
            await _reply(self._process)
        return self._process

    async def _exchange(self, process: asyncio.subprocess.Process, text: str, voice: str) -> bytes:
        number = next(self._numbers)
        assert process.stdin is not None  # noqa: S101 - asked for in _start
        process.stdin.write(json.dumps({"number": number, "text": text, "voice": voice}).encode() + b"\n")
        await process.stdin.drain()
        reply = await _reply(process)
        while reply.get("number") != number:  # what is left over from a job whose caller hung up
            reply = await _reply(process)
        if "refused" in reply:
            raise SynthesisError(reply["refused"])
        return base64.b64decode(reply["audio"])


async def _reply(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next thing that the engine says."""
    assert process.stdout is not None  # noqa: S101 - asked for in _start
    line = await process.stdout.readline()
    if not line:
        raise _EngineLost(f"ended with status {await process.wait()}")
    reply: dict[str, Any] = json.loads(line)
    if "missing" in reply:
        raise EngineMissing(reply["missing"])
    return reply
