"""When a caller begins to speak and when he has finished. # 000-6"""

from collections.abc import Iterator

import numpy as np
import pytest
from telephone import silence, voice

from ivr.speech import mulaw
from ivr.speech.endpointing import Activity, Endpointer, EndpointingSettings
from ivr.speech.line import FRAME_BYTES, FRAME_MS


def events(endpointer: Endpointer, audio: bytes) -> Iterator[tuple[Activity, int]]:
    """What happened, each with the time in ms at the end of its frame."""
    for start in range(0, len(audio), FRAME_BYTES):
        activity = endpointer.feed(audio[start : start + FRAME_BYTES])
        if activity is not Activity.NONE:
            yield activity, start // 8 + FRAME_MS


def test_an_utterance_begins_pauses_and_ends() -> None:
    found = dict(events(Endpointer(), silence(500) + voice(600) + silence(1000)))
    assert list(found) == [Activity.STARTED, Activity.PAUSED, Activity.ENDED]
    assert 500 < found[Activity.STARTED] <= 600
    assert 1100 + 240 - 40 <= found[Activity.PAUSED] <= 1100 + 240 + 40
    assert 1100 + 640 - 40 <= found[Activity.ENDED] <= 1100 + 640 + 40


def test_a_pause_within_a_sentence_does_not_end_it() -> None:
    audio = silence(500) + voice(400) + silence(400) + voice(400) + silence(800)
    found = [activity for activity, _ in events(Endpointer(), audio)]
    assert found == [Activity.STARTED, Activity.PAUSED, Activity.RESUMED, Activity.PAUSED, Activity.ENDED]


@pytest.mark.parametrize("ms", [5, 20, 40])
def test_a_click_is_nothing(ms: int) -> None:
    noise = np.random.default_rng(1).normal(0, 8000, ms * 8).clip(-32000, 32000).astype(np.int16)
    audio = (silence(500) + mulaw.encode(noise) + silence(1000))[: 1500 * 8]
    assert list(events(Endpointer(), audio)) == []


@pytest.mark.parametrize("level", [0, 20])
def test_the_noise_of_a_quiet_line_is_nothing(level: int) -> None:
    noise = np.random.default_rng(2).normal(0, level, 8 * 5000).astype(np.int16)
    assert list(events(Endpointer(), mulaw.encode(noise))) == []


def test_the_utterance_has_its_beginning() -> None:
    endpointer = Endpointer(EndpointingSettings(lead_in_ms=260))
    list(events(endpointer, silence(500) + voice(600) + silence(1000)))
    assert not endpointer.is_speaking
    assert endpointer.utterance_ms + 100 >= 260 + 600
    assert voice(600)[:800] in endpointer.utterance


def test_two_utterances_are_two() -> None:
    endpointer = Endpointer()
    list(events(endpointer, silence(500) + voice(900) + silence(1000)))
    first = endpointer.utterance_ms
    list(events(endpointer, voice(300) + silence(1000)))
    assert endpointer.utterance_ms < first


def test_an_utterance_can_be_cut() -> None:
    endpointer = Endpointer()
    list(events(endpointer, voice(1000)))
    assert endpointer.is_speaking
    endpointer.cut()
    assert not endpointer.is_speaking
    assert 900 <= endpointer.utterance_ms <= 1000
