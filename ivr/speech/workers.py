"""The recognizer of a running line: worker processes behind one bounded queue.

Nothing here computes: the event loop only waits for pipes. A worker that dies or hangs is replaced.
"""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.conversation import Hypothesis
from ivr.speech.choice import choose
from ivr.speech.engines.loading import EngineSpec
from ivr.speech.recognizer import RecognizerBusy, RecognizerDown
from ivr.speech.settings import SpeechSettings
from ivr.speech.worker_process import WorkerDied, WorkerProcess

log = logging.getLogger(__name__)

_LOAD_S = 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 10.0
_ATTEMPTS = 2


def engine_specs(settings: SpeechSettings, vocabularies: Mapping[str, str]) -> tuple[EngineSpec, ...]:
    """What the workers are to load: the chosen engine for each language of the settings and of `vocabularies`.

    That maps a language of the dialplan to its vocabulary (`compose_vocabulary`). May take seconds, see `choose`.

    Raises:
        ModelMissing: no engine listens to one of the languages.
    """
    languages = dict.fromkeys((*vocabularies, *settings.languages))
    return tuple(choose(lang, settings).spec(vocabularies.get(lang, ""), settings) for lang in languages)


def worker_count(settings: SpeechSettings) -> int:
    return settings.workers or max(1, len(os.sched_getaffinity(0)) - 1)


@dataclass(slots=True, eq=False)
class RecognizerPool:
    """Implements `Recognizer` and `Overhearing`: `async with RecognizerPool(specs, settings) as recognizer`.

    Who is overheard gets a worker only while no caller waits for one: a caller never stands behind a talk, except for
    the utterance of it that is being decoded.

    Cancelling `recognize` is cheap: an utterance that waits leaves the queue at once, one that is being decoded is
    decoded to its end (a third of a second) and forgotten.
    """

    specs: Sequence[EngineSpec]
    settings: SpeechSettings
    _idle: asyncio.Queue[WorkerProcess | None] = field(default_factory=asyncio.Queue, init=False)
    _overheard: "deque[asyncio.Future[WorkerProcess]]" = field(default_factory=deque, init=False)
    _living: set[WorkerProcess] = field(default_factory=set, init=False)
    _tasks: set[asyncio.Task[object]] = field(default_factory=set, init=False)
    _waiting: int = field(default=0, init=False)
    _busy: int = field(default=0, init=False)
    _trouble: str = field(default="", init=False)
    _replaced: int = field(default=0, init=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that every worker understands."""
        return tuple(spec.language for spec in self.specs)

    @property
    def replaced(self) -> int:
        """How many workers have died or hung, and were replaced, since the start."""
        return self._replaced

    @property
    def waiting(self) -> int:
        """Utterances that wait for a worker."""
        return self._waiting

    @property
    def busy(self) -> int:
        """Workers that decode just now."""
        return self._busy

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers that are alive and have their models loaded."""
        return tuple(worker.process.pid for worker in self._living)

    async def __aenter__(self) -> "RecognizerPool":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start all workers and wait until each is warm.

        Raises:
            RecognizerDown: a worker could not load its models; none is left behind.
        """
        starting = [asyncio.create_task(self._spawn()) for _ in range(worker_count(self.settings))]
        try:
            workers = await asyncio.gather(*starting)
        except BaseException:
            for task in starting:
                task.cancel()
            results = await asyncio.gather(*starting, return_exceptions=True)
            await asyncio.gather(*(worker.end() for worker in results if isinstance(worker, WorkerProcess)))
            raise
        for worker in workers:
            self._admit(worker)
            self._in_background(asyncio.create_task(self._keep(worker)))

    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        """See `Recognizer`. An utterance whose worker dies is given to another worker once."""
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(WorkerDied):
                return await self._understood(await self._take(), audio, language, phrases)
        raise RecognizerDown("the recognizer died over this utterance, twice")

    async def overhear(self, audio: bytes, language: str) -> tuple[Hypothesis, ...]:
        """See `Overhearing`."""
        try:
            return await self._understood(await self._take_spare(), audio, language, ())
        except WorkerDied:
            raise RecognizerDown("the recognizer died over this utterance") from None

    async def close(self) -> None:
        """End all workers; utterances under way fail with `RecognizerDown`."""
        self._trouble = "the recognizer is closed"
        tasks, workers = tuple(self._tasks), tuple(self._living)
        for task in tasks:
            task.cancel()
        self._living.clear()
        for _ in range(self._waiting):
            self._idle.put_nowait(None)
        for turn in self._overheard:
            if not turn.done():
                turn.set_exception(RecognizerDown(self._trouble))
        await asyncio.gather(*(worker.end() for worker in workers))
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self) -> WorkerProcess:
        """The next idle worker, first come, first served."""
        if not self._living and self._trouble:
            raise RecognizerDown(self._trouble)
        if self._idle.empty() and self._waiting >= self.settings.queue:
            raise RecognizerBusy(f"{self._waiting} utterances wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self.settings.max_wait_s):
                while worker := await self._idle.get():
                    if worker in self._living:
                        return worker
                raise RecognizerDown(self._trouble)
        except TimeoutError:
            if not self._living:
                raise RecognizerDown(self._trouble or "no recognizer worker is alive") from None
            raise RecognizerBusy(f"no worker was free within {self.settings.max_wait_s:g} s") from None
        finally:
            self._waiting -= 1
            self._serve_overheard()

    async def _take_spare(self) -> WorkerProcess:
        """The next worker that no caller wants."""
        if not self._living and self._trouble:
            raise RecognizerDown(self._trouble)
        turn: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._overheard.append(turn)
        self._serve_overheard()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._free(turn.result())
            raise

    def _serve_overheard(self) -> None:
        while self._overheard and not self._waiting and not self._idle.empty():
            if self._overheard[0].done():  # given up
                self._overheard.popleft()
                continue
            worker = self._idle.get_nowait()
            if worker in self._living:
                self._overheard.popleft().set_result(worker)

    def _free(self, worker: WorkerProcess) -> None:
        """It may be taken: by callers first."""
        if worker in self._living:
            self._idle.put_nowait(worker)
            self._serve_overheard()

    async def _understood(
        self, worker: WorkerProcess, audio: bytes, language: str, phrases: tuple[str, ...]
    ) -> tuple[Hypothesis, ...]:
        decoding = asyncio.create_task(self._decode(worker, audio, language, phrases))
        self._in_background(decoding)
        try:
            return await asyncio.shield(decoding)
        except WorkerDied:
            log.warning("recognizer worker %d died over an utterance", worker.process.pid)
            raise

    async def _decode(
        self, worker: WorkerProcess, audio: bytes, language: str, phrases: tuple[str, ...]
    ) -> tuple[Hypothesis, ...]:
        self._busy += 1
        try:
            async with asyncio.timeout(self.settings.max_decode_s):
                return await worker.transcribe(audio, language, phrases)
        except TimeoutError:
            self._living.discard(worker)
            log.warning("recognizer worker %d hangs and is replaced", worker.process.pid)
            await worker.end()
            raise RecognizerDown(f"a worker did not answer within {self.settings.max_decode_s:g} s") from None
        except WorkerDied:
            self._living.discard(worker)
            await worker.end()
            raise
        except asyncio.CancelledError:
            raise RecognizerDown("the recognizer is closed") from None
        finally:
            self._busy -= 1
            self._free(worker)

    async def _keep(self, worker: WorkerProcess) -> None:
        """Whenever `worker` is gone, put another in its place."""
        while True:
            code = await worker.process.wait()
            self._living.discard(worker)
            log.warning("recognizer worker %d ended (%d)", worker.process.pid, code)
            worker = await self._replacement()
            self._replaced += 1
            self._admit(worker)

    async def _replacement(self) -> WorkerProcess:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await self._spawn()
            except (RecognizerDown, OSError) as error:
                self._trouble = str(error)
                log.error("%s; the next attempt in %.1f s", error, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _spawn(self) -> WorkerProcess:
        return await WorkerProcess.start(self.specs, self.settings.niceness, _LOAD_S)

    def _admit(self, worker: WorkerProcess) -> None:
        self._trouble = ""
        self._living.add(worker)
        self._free(worker)

    def _in_background(self, task: asyncio.Task[object]) -> None:
        """Hold the task until it is done; an error that nobody waits for any more is not reported."""
        self._tasks.add(task)
        task.add_done_callback(self._settle)

    def _settle(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            task.exception()
