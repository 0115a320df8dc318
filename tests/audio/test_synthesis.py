"""Synthesis at run time: real espeak-ng, and what happens when its process dies or hangs."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from ivr.speech.synthesis.caller_voice import caller_voice
from ivr.speech.synthesis.errors import EngineMissing, SynthesisBusy, SynthesisError
from ivr.speech.synthesis.levels import measure
from ivr.speech.synthesis.readiness import speech_output
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.synthesis.worker import SpeechWorker

VOICE = "gmw/en-us"


@pytest.fixture
async def worker() -> AsyncIterator[SpeechWorker]:
    worker = SpeechWorker("ivr.speech.synthesis.espeak", timeout_s=60)
    yield worker
    await worker.close()


def until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_texts_at_the_same_time_come_back_to_their_callers(worker: SpeechWorker) -> None:
    texts = ["one", "one two three", "one two three four five six seven"]
    first = await asyncio.gather(*(worker.speak(text, VOICE) for text in texts * 4))
    lengths = [measure(audio).seconds for audio in first]
    for index in range(3):
        assert max(lengths[index::3]) - min(lengths[index::3]) < 0.1
    assert lengths[0] < lengths[1] < lengths[2]


async def test_nothing_is_left_in_the_home_of_who_runs_it(
    worker: SpeechWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    await worker.speak("hello", VOICE)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240


async def test_a_worker_that_died_is_replaced(worker: SpeechWorker) -> None:
    await worker.speak("hello", VOICE)
    first = worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert await worker.speak("hello", VOICE)
    assert worker.pid != first


async def test_a_worker_that_hangs_is_replaced() -> None:
    worker = SpeechWorker("ivr.speech.synthesis.espeak", timeout_s=8)
    try:
        await worker.speak("hello", VOICE)
        first = worker.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        assert await worker.speak("hello again", VOICE)
        assert not is_running(first)
    finally:
        await worker.close()


async def test_a_worker_lost_twice_is_an_error() -> None:
    worker = SpeechWorker("ivr.speech.synthesis.no_such_engine", timeout_s=60)
    with pytest.raises(SynthesisError, match="lost twice"):
        await worker.speak("hello", VOICE)
    assert worker.pid is None


async def test_a_caller_who_hangs_up_takes_nobodys_answer_along(worker: SpeechWorker) -> None:
    await worker.speak("warm", VOICE)
    gone = asyncio.create_task(worker.speak("this is a long sentence for somebody who is gone", VOICE))
    await asyncio.wait([gone], timeout=0.005)
    gone.cancel()
    assert measure(await worker.speak("hello", VOICE)).seconds < 1


@pytest.mark.parametrize(
    ("text", "voice", "why"),
    [("...", VOICE, "nothing to be heard"), (" ", VOICE, "nothing to say"), ("hello", "xx", "no voice")],
)
async def test_what_cannot_be_spoken_is_refused(worker: SpeechWorker, text: str, voice: str, why: str) -> None:
    with pytest.raises(SynthesisError, match=why):
        await worker.speak(text, voice)
    assert await worker.speak("hello", VOICE)


async def test_too_many_texts_at_once_are_refused_at_once(worker: SpeechWorker) -> None:
    results = await asyncio.gather(*(worker.speak("hello", VOICE) for _ in range(40)), return_exceptions=True)
    assert sum(isinstance(result, SynthesisBusy) for result in results) == 8
    assert sum(isinstance(result, bytes) for result in results) == 32


async def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyttsx3 is found and the library is not, as on a machine without libespeak-ng."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "silent_engine.py").write_text(
        "import ctypes\n"
        "def missing(name, *args, **kwargs): raise OSError(f'{name}: cannot open shared object file')\n"
        "ctypes.cdll.LoadLibrary = missing\n"
        "from ivr.speech.synthesis.engine import serve\n"
        "from ivr.speech.synthesis.espeak import open_espeak\n"
        "serve(open_espeak)\n"
    )
    engine = SpeechWorker("silent_engine", timeout_s=60)
    try:
        with pytest.raises(EngineMissing, match="libespeak-ng1"):
            await engine.speak("hello", VOICE)
    finally:
        await engine.close()


def test_the_worker_dies_with_its_parent() -> None:
    script = (
        "import asyncio\n"
        "from ivr.speech.synthesis.worker import SpeechWorker\n"
        "async def main():\n"
        "    worker = SpeechWorker('ivr.speech.synthesis.espeak', 20)\n"
        f"    await worker.speak('hello', {VOICE!r})\n"
        "    print(worker.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    assert until(lambda: not is_running(pid), seconds=5)


async def test_speech_is_synthesised_once(tmp_path: Path) -> None:
    settings = SynthesisSettings(cache=tmp_path, live_timeout_s=60)
    first, second = Synthesizer(settings), Synthesizer(settings)
    try:
        audio = await first.synthesize("hello", "en")
        assert await second.synthesize("hello", "en") == audio
        assert second.worker.pid is None
        with pytest.raises(EngineMissing, match="language 'xx'"):
            await first.synthesize("hello", "xx")
    finally:
        await first.close()
        await second.close()


async def test_a_caller_speaks_a_recorded_sentence(tmp_path: Path) -> None:
    async with caller_voice(SynthesisSettings(cache=tmp_path)) as voice:
        speech = await voice.speak("My account is locked, and I cannot log in.", "en")
    assert speech.source == "recording"
    assert abs(measure(speech.audio).active_dbfs + 20) < 1.5


async def test_a_caller_without_a_natural_voice_says_so(tmp_path: Path) -> None:
    settings = SynthesisSettings(cache=tmp_path, caller_voices={}, live_timeout_s=60)
    async with caller_voice(settings) as voice:
        speech = await voice.speak("nobody has recorded this sentence", "en")
    assert speech.source == "espeak-ng"


@pytest.mark.skipif(find_spec("kokoro_onnx") is None, reason="the extra [voices] is not installed")
async def test_a_caller_speaks_a_new_sentence_naturally_once(tmp_path: Path) -> None:
    settings = SynthesisSettings(cache=tmp_path)
    async with caller_voice(settings) as voice:
        first = await voice.speak("Seven!", "en")
        again = await voice.speak("seven", "en")
    assert (first.source, again.source) == ("kokoro", "cache")
    assert first.audio == again.audio
    assert 0.4 < measure(first.audio).seconds < 1.5


async def test_doctor_finds_speech_output_in_order() -> None:
    findings = {finding.name: finding for finding in await speech_output(SynthesisSettings(live_timeout_s=60))}
    assert findings["recordings"].status == "ok"
    assert findings["live synthesis"].status == "ok"


async def test_doctor_names_a_voice_that_is_not_there(tmp_path: Path) -> None:
    settings = SynthesisSettings(sounds=tmp_path, live_voices={"en": "xx/none"}, live_timeout_s=60)
    findings = {finding.name: finding for finding in await speech_output(settings)}
    assert findings["recordings"].status == "warn"
    assert (findings["live synthesis"].status, "xx/none" in findings["live synthesis"].detail) == ("fail", True)
    assert all(finding.remedy for finding in findings.values() if finding.status != "ok")
