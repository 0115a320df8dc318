"""What a handset sends, records and reports, frame by frame."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ari_app.phones.handset import FRAME_BYTES, HANGOVER_FRAMES, SILENCE, Handset
from ari_app.phones.hangup import cause_of_status, reason_cause
from ivr.speech import mulaw

LOUD = np.tile(np.array([3000, -3000], "<i2"), 80).tobytes()
FAINT = np.tile(np.array([200, -200], "<i2"), 80).tobytes()


def tick(handset: Handset, heard: bytes, count: int = 1) -> list[bytes]:
    sent = []
    for _ in range(count):
        sent.append(handset.speak_frame())
        handset.hear_frame(heard)
    return sent


def samples_of(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_both_recordings_have_one_clock(tmp_path: Path) -> None:
    handset = Handset(tmp_path, lambda event: None)
    tick(handset, SILENCE, 3)
    handset.say(1, mulaw.encode(np.full(160, 8031, np.int16)))
    tick(handset, LOUD, 2)
    handset.close()
    heard, sent = samples_of(tmp_path / "heard.wav"), samples_of(tmp_path / "sent.wav")
    assert len(heard) == len(sent) == 5 * 160
    assert np.flatnonzero(sent)[0] == np.flatnonzero(heard)[0] == 3 * 160
    assert np.count_nonzero(sent) == 160


def test_what_is_said_is_reported_with_its_frames(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    handset = Handset(tmp_path, events.append)
    handset.say(7, b"\x10" * 400)
    handset.say(8, b"\x10" * 160)
    sent = tick(handset, SILENCE, 5)
    handset.close()
    assert [frame == SILENCE for frame in sent] == [False, False, False, False, True]
    assert all(len(frame) == FRAME_BYTES for frame in sent)
    assert events == [
        {"event": "said", "number": 7, "began": 0, "frame": 3},
        {"event": "said", "number": 8, "began": 3, "frame": 4},
    ]


def test_the_level_meter_ignores_gaps_inside_words_and_faint_noise(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    handset = Handset(tmp_path, events.append)
    tick(handset, FAINT, 5)
    tick(handset, LOUD, 4)
    tick(handset, SILENCE, HANGOVER_FRAMES - 1)
    tick(handset, LOUD, 2)
    tick(handset, FAINT, HANGOVER_FRAMES)
    handset.close()
    ended = 5 + 4 + HANGOVER_FRAMES - 1 + 2
    assert events == [{"event": "sound", "frame": 5}, {"event": "silence", "frame": ended}]


def test_a_frame_after_the_end_is_dropped(tmp_path: Path) -> None:
    handset = Handset(tmp_path, lambda event: None)
    tick(handset, LOUD)
    handset.close()
    handset.hear_frame(LOUD)
    assert len(samples_of(tmp_path / "heard.wav")) == 160


def test_a_stated_cause_is_read_from_the_reason_header() -> None:
    bye = "BYE sip:1@127.0.0.2 SIP/2.0\r\nReason: Q.850;cause=42\r\nContent-Length: 0\r\n\r\n"
    assert reason_cause(bye) == 42
    assert reason_cause(bye.replace("Q.850", "SIP")) is None


@pytest.mark.parametrize(("status", "cause"), [(200, 16), (487, 16), (486, 17), (404, 1), (603, 21), (499, 127)])
def test_a_status_has_the_cause_of_rfc_3398(status: int, cause: int) -> None:
    assert cause_of_status(status) == cause
