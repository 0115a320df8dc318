"""The pool of recognizer processes, with a real engine, and what may happen to them."""

import asyncio
import contextlib
import os
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from ivr.speech import audio
from ivr.speech.engines.loading import EngineSpec
from ivr.speech.recognizer import RecognizerBusy, RecognizerDown, RecognizerError
from ivr.speech.settings import SpeechSettings
from ivr.speech.workers import RecognizerPool

ROOT = Path(__file__).parents[2]
CACHE = SpeechSettings().cache
SPEC = EngineSpec("whisper-tiny", "en", "VPN, Outlook, password, printer.", str(CACHE))
SETTINGS = SpeechSettings(workers=1, queue=2, max_wait_s=60, max_decode_s=60, cache=CACHE)
CLIP = audio.to_telephone(audio.read_recording(ROOT / "tests/audio/clips/en-clips/003.wav"))
TEXT = "my account is locked out"


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.02)


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextlib.asynccontextmanager
async def pool(**changes: float) -> AsyncIterator[RecognizerPool]:
    async with RecognizerPool([SPEC], replace(SETTINGS, **changes)) as recognizer:
        yield recognizer
        before = recognizer.process_ids
    assert not any(map(is_alive, before))


async def heard(recognizer: RecognizerPool) -> str:
    hypotheses = await recognizer.recognize(CLIP, "en")
    return hypotheses[0].text.lower().rstrip(".")


# 000-16
async def test_many_utterances_over_few_workers() -> None:
    async with pool(workers=2, queue=4) as recognizer:
        assert len(recognizer.process_ids) == 2
        assert await asyncio.gather(*(heard(recognizer) for _ in range(6))) == [TEXT] * 6
        assert await recognizer.recognize(b"\xff" * 16000, "en") == ()
        assert await recognizer.recognize(b"", "en") == ()


async def test_the_loop_is_free_while_a_worker_decodes() -> None:
    async with pool() as recognizer:
        task = asyncio.create_task(heard(recognizer))
        beats = [time.monotonic()]
        while not task.done():
            await asyncio.sleep(0.001)
            beats.append(time.monotonic())
        assert await task == TEXT
        assert len(beats) > 20
        assert statistics.median(after - before for before, after in pairwise(beats)) < 0.1


async def test_workers_give_way_to_sound() -> None:
    async with pool(niceness=7) as recognizer:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, recognizer.process_ids[0]) == min(19, own + 7)


# P-7
async def test_callers_come_before_talks_that_are_overheard() -> None:
    async with pool(queue=8) as recognizer:
        order: list[str] = []

        async def listen(who: str) -> None:
            work = recognizer.recognize(CLIP, "en") if who == "caller" else recognizer.overhear(CLIP, "en")
            assert (await work)[0].text
            order.append(who)

        first = asyncio.create_task(listen("talk"))
        await until(lambda: recognizer.busy == 1)
        later = [asyncio.create_task(listen(who)) for who in ("talk", "talk", "caller", "caller", "caller")]
        await asyncio.gather(first, *later)
    assert order == ["talk", "caller", "caller", "caller", "talk", "talk"]


async def test_who_is_overheard_and_gives_up_takes_no_worker_with_him() -> None:
    async with pool() as recognizer:
        busy = asyncio.create_task(heard(recognizer))
        await until(lambda: recognizer.busy == 1)
        waiting = [asyncio.create_task(recognizer.overhear(CLIP, "en")) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        assert await busy == TEXT
        assert [one[0].text.lower().rstrip(".") for one in await asyncio.gather(*waiting[1:])] == [TEXT] * 2
        late = asyncio.create_task(recognizer.overhear(CLIP, "en"))
        await until(lambda: recognizer.busy == 1)
        late.cancel()
        assert await heard(recognizer) == TEXT
    with pytest.raises(RecognizerDown):
        await recognizer.overhear(CLIP, "en")


# D12
async def test_a_killed_worker_is_replaced_and_its_utterance_heard_by_the_next() -> None:
    async with pool() as recognizer:
        [victim] = recognizer.process_ids
        os.kill(victim, signal.SIGSTOP)
        task = asyncio.create_task(heard(recognizer))
        await until(lambda: recognizer.busy == 1)
        os.kill(victim, signal.SIGKILL)
        assert await task == TEXT
        assert recognizer.process_ids != (victim,)


async def test_an_idle_worker_that_dies_is_replaced() -> None:
    async with pool() as recognizer:
        [victim] = recognizer.process_ids
        os.kill(victim, signal.SIGKILL)
        await until(lambda: recognizer.process_ids not in ((), (victim,)))
        assert await heard(recognizer) == TEXT


async def test_a_hung_worker_is_replaced_and_its_utterance_fails() -> None:
    async with pool(max_decode_s=0.5) as recognizer:
        [victim] = recognizer.process_ids
        os.kill(victim, signal.SIGSTOP)
        with pytest.raises(RecognizerDown, match=r"did not answer within 0\.5 s"):
            await recognizer.recognize(CLIP, "en")
        assert not is_alive(victim)
        await until(lambda: len(recognizer.process_ids) == 1)


async def test_a_full_queue_refuses_at_once_and_serves_those_in_it() -> None:
    async with pool(queue=2) as recognizer:
        [worker] = recognizer.process_ids
        os.kill(worker, signal.SIGSTOP)
        tasks = [asyncio.create_task(heard(recognizer)) for _ in range(3)]
        await until(lambda: recognizer.waiting == 2)
        with pytest.raises(RecognizerBusy):
            await recognizer.recognize(CLIP, "en")
        os.kill(worker, signal.SIGCONT)
        assert await asyncio.gather(*tasks) == [TEXT] * 3


async def test_whoever_waits_too_long_is_refused() -> None:
    async with pool(max_wait_s=0.3) as recognizer:
        [worker] = recognizer.process_ids
        os.kill(worker, signal.SIGSTOP)
        first = asyncio.create_task(heard(recognizer))
        await until(lambda: recognizer.busy == 1)
        with pytest.raises(RecognizerBusy, match="within"):
            await recognizer.recognize(CLIP, "en")
        os.kill(worker, signal.SIGCONT)
        assert await first == TEXT


async def test_a_cancelled_utterance_leaves_the_queue_and_the_worker_lives_on() -> None:
    async with pool() as recognizer:
        [worker] = recognizer.process_ids
        os.kill(worker, signal.SIGSTOP)
        decoding = asyncio.create_task(heard(recognizer))
        waiting = asyncio.create_task(heard(recognizer))
        await until(lambda: recognizer.busy == 1 and recognizer.waiting == 1)
        decoding.cancel()
        waiting.cancel()
        await asyncio.wait([decoding, waiting])
        assert recognizer.waiting == 0
        os.kill(worker, signal.SIGCONT)
        assert await heard(recognizer) == TEXT
        assert recognizer.process_ids == (worker,)


async def test_an_unknown_language_fails_and_costs_no_worker() -> None:
    async with pool() as recognizer:
        before = recognizer.process_ids
        with pytest.raises(RecognizerError, match="language fi"):
            await recognizer.recognize(CLIP, "fi")
        assert await heard(recognizer) == TEXT
        assert recognizer.process_ids == before


async def test_models_that_cannot_be_loaded_are_told_at_start() -> None:
    recognizer = RecognizerPool([replace(SPEC, language="fi")], SETTINGS)
    with pytest.raises(RecognizerDown, match="does not listen to the language fi"):
        await recognizer.start()
    assert recognizer.process_ids == ()


async def test_closing_fails_what_is_under_way() -> None:
    async with pool() as recognizer:
        [worker] = recognizer.process_ids
        os.kill(worker, signal.SIGSTOP)
        task = asyncio.create_task(heard(recognizer))
        await until(lambda: recognizer.busy == 1)
        await recognizer.close()
        with pytest.raises(RecognizerDown):
            await task
        with pytest.raises(RecognizerDown, match="closed"):
            await recognizer.recognize(CLIP, "en")
        assert not is_alive(worker)


PARENT = """
import asyncio, sys
from tests.audio.test_workers import CLIP, SETTINGS, SPEC
from ivr.speech.workers import RecognizerPool

async def main():
    async with RecognizerPool([SPEC], SETTINGS) as recognizer:
        print(*recognizer.process_ids, flush=True)
        while True:
            await recognizer.recognize(CLIP, "en")

asyncio.run(main())
"""


# D12
async def test_workers_end_with_a_parent_that_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT), stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        assert parent.stdout is not None
        [worker] = map(int, (await parent.stdout.readline()).split())
        assert is_alive(worker)
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: not is_alive(worker))
