"""The parent's end of one worker process: starts it, gives it one job at a time, ends it."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ivr.conversation import Hypothesis
from ivr.speech.engines.loading import EngineSpec
from ivr.speech.recognizer import RecognizerDown, RecognizerError

_ROOT = Path(__file__).parents[2]


class WorkerDied(Exception):
    """The process is gone; what it worked on can be given to another."""


@dataclass(frozen=True, slots=True, eq=False)
class WorkerProcess:
    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, specs: Sequence[EngineSpec], niceness: int, load_s: float) -> "WorkerProcess":
        """A worker whose models are loaded and warm.

        Raises:
            RecognizerDown: it did not come up within `load_s`; the message says why.
        """
        worker = cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "ivr.speech.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=_ROOT,
            )
        )
        try:
            async with asyncio.timeout(load_s):
                answer = await worker._exchange({"niceness": niceness, "engines": [asdict(spec) for spec in specs]})
        except TimeoutError:
            await worker.end()
            raise RecognizerDown(f"a worker was not ready after {load_s:.0f} s") from None
        except WorkerDied:
            await worker.end()
            raise RecognizerDown("a worker died while loading its models") from None
        except BaseException:
            await worker.end()
            raise
        if "failed" in answer:
            await worker.end()
            raise RecognizerDown(f"a worker could not load its models: {answer['failed']}")
        return worker

    async def transcribe(self, audio: bytes, language: str, phrases: tuple[str, ...]) -> tuple[Hypothesis, ...]:
        """Raises:
        WorkerDied: the process ended meanwhile.
        RecognizerError: the engine failed on this utterance.
        """
        answer = await self._exchange({"language": language, "phrases": phrases, "bytes": len(audio)}, audio)
        if "failed" in answer:
            raise RecognizerError(answer["failed"])
        return tuple(Hypothesis(text, confidence) for text, confidence in answer["hypotheses"])

    async def end(self) -> None:
        """Kill the process and wait until it is gone. It holds nothing worth a farewell."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await asyncio.shield(self.process.wait())

    async def _exchange(self, message: dict[str, Any], audio: bytes = b"") -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None  # noqa: S101 - a pipe
        assert stdout is not None  # noqa: S101 - a pipe
        try:
            stdin.write(json.dumps(message).encode() + b"\n" + audio)
            await stdin.drain()
            answer = json.loads(await stdout.readuntil(b"\n"))
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            raise WorkerDied from None
        return dict(answer)
