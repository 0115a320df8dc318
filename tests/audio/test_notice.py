"""The notice of an outage as sound: rendered once, and found by the line's own speaker."""

import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from ivr.conversation import Prompt
from ivr.speech.notice import NOTICE, render_notice
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.levels import measure
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording

WORDING = Wording({"en": {NOTICE: "{notice}"}})
TEXTS = {"en": "The V P N in Berlin is down since 9 o'clock. We are working on it."}


async def rendered(texts: dict[str, str], settings: SynthesisSettings, wording: Wording) -> list[str | None]:
    return [kept.by async for kept in render_notice(texts, wording, settings)]


async def heard(settings: SynthesisSettings, wording: Wording) -> tuple[bytes, int | None, float]:
    """The notice as the line speaks it, the process that had to be started for it, and the seconds it took."""
    synthesizer = Synthesizer(settings)
    speaker = PromptSpeaker(wording, Recordings(settings.sounds), synthesizer)
    begun = time.monotonic()
    try:
        audio = await speaker.speak(Prompt(NOTICE, "en", {"notice": TEXTS["en"]}))
        return audio, synthesizer.worker.pid, time.monotonic() - begun
    finally:
        await synthesizer.close()


async def test_without_the_natural_voice_it_is_kept_all_the_same(tmp_path: Path) -> None:  # 001-13
    settings = SynthesisSettings(cache=tmp_path, recorded_voices={}, live_timeout_s=60)
    assert await rendered(TEXTS, settings, WORDING) == ["espeak-ng"]
    audio, started, _ = await heard(settings, WORDING)
    assert started is None
    assert 3 < measure(audio).seconds < 10


@pytest.mark.skipif(find_spec("kokoro_onnx") is None, reason="needs the extra [voices]")
async def test_the_line_finds_it_in_the_natural_voice(tmp_path: Path) -> None:  # 001-13
    settings = SynthesisSettings(cache=tmp_path, recorded_voices={"en": "af_heart"}, live_timeout_s=60)
    assert await rendered(TEXTS, settings, WORDING) == ["natural voice"]
    assert await rendered(TEXTS, settings, WORDING) == ["cache"]
    natural, started, took = await heard(settings, WORDING)
    assert started is None
    assert took < 2  # to make it anew takes several seconds
    assert 3 < measure(natural).seconds < 10
    plain = SynthesisSettings(cache=tmp_path / "other", recorded_voices={}, live_timeout_s=60)
    assert (await heard(plain, WORDING))[0] != natural


async def test_a_language_without_a_voice_is_told_and_the_others_are_rendered(tmp_path: Path) -> None:
    wording = Wording({"en": {NOTICE: "{notice}"}, "xx": {NOTICE: "{notice}"}})
    settings = SynthesisSettings(cache=tmp_path, recorded_voices={}, live_timeout_s=60)
    texts = {"xx": "Nobody speaks this.", "yy": "Nor this.", "en": "This is spoken."}
    kept = {one.language: one async for one in render_notice(texts, wording, settings)}
    assert kept["en"].by == "espeak-ng"
    assert kept["xx"].by is None
    assert "no live voice" in kept["xx"].problem
    assert "no prompt" in kept["yy"].problem


async def test_words_around_the_notice_are_rendered_with_it(tmp_path: Path) -> None:
    wording = Wording({"en": {NOTICE: "Please note. {notice} Thank you."}})
    settings = SynthesisSettings(cache=tmp_path, recorded_voices={}, live_timeout_s=60)
    assert await rendered(TEXTS, settings, wording) == ["espeak-ng"] * 3
    _, started, _ = await heard(settings, wording)
    assert started is None
