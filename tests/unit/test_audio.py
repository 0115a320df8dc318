import struct
from pathlib import Path

import numpy as np
import pytest

from ivr.speech import audio


def tone(rate: int, seconds: float = 0.5, hertz: float = 440) -> audio.Samples:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def wav(path: Path, data: bytes, *, tag: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16) -> Path:
    frame = channels * bits // 8
    body = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, tag, channels, rate, rate * frame, frame, bits)
    body += b"LIST" + struct.pack("<I", 3) + b"odd\0" + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


@pytest.mark.parametrize(("rate", "wanted"), [(8000, 16000), (44100, 8000), (48000, 16000), (22050, 16000)])
def test_a_tone_keeps_its_pitch_and_loudness_at_another_rate(rate: int, wanted: int) -> None:
    resampled = audio.resample(tone(rate), rate, wanted)
    assert len(resampled) == wanted // 2
    middle = slice(wanted // 10, -wanted // 10)
    assert np.abs(resampled[middle] - tone(wanted)[middle]).max() < 0.02


def test_nothing_above_half_the_rate_is_folded_back() -> None:
    resampled = audio.resample(tone(44100, hertz=6000), 44100, 8000)
    assert np.abs(resampled[400:-400]).max() < 0.02


def test_telephone_audio_comes_back_at_the_engines_rate() -> None:
    heard = audio.from_mulaw(audio.to_telephone(audio.Recording(tone(16000), 16000)))
    assert len(heard) == 8000
    assert np.abs(heard[800:-800] - tone(16000)[800:-800]).max() < 0.05


def test_no_audio_is_no_samples() -> None:
    assert len(audio.from_mulaw(b"")) == 0


@pytest.mark.parametrize(
    ("tag", "bits", "encode"),
    [
        (1, 8, lambda x: (x * 127 + 128).astype(np.uint8).tobytes()),
        (1, 16, lambda x: (x * 32767).astype("<i2").tobytes()),
        (1, 24, lambda x: (x * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()),
        (1, 32, lambda x: (x.astype(np.float64) * (2**31 - 1)).astype("<i4").tobytes()),
        (3, 32, lambda x: x.astype("<f4").tobytes()),
        (7, 8, lambda x: audio.to_telephone(audio.Recording(x, 8000))),
    ],
)
def test_every_common_format_is_read(tmp_path: Path, tag: int, bits: int, encode) -> None:
    recording = audio.read_recording(wav(tmp_path / "a.wav", encode(tone(8000)), tag=tag, bits=bits))
    assert recording.rate == 8000
    assert recording.seconds == pytest.approx(0.5)
    assert np.abs(recording.samples - tone(8000)).max() < 0.05


def test_stereo_is_mixed_to_mono(tmp_path: Path) -> None:
    left = (tone(44100) * 32767).astype("<i2")
    stereo = np.stack([left, np.zeros_like(left)], axis=1).tobytes()
    recording = audio.read_recording(wav(tmp_path / "a.wav", stereo, channels=2, rate=44100))
    assert recording.rate == 44100
    assert np.abs(recording.samples - tone(44100) / 2).max() < 0.001


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"hello, this is text", "not a WAV"),
        (b"RIFF\0\0\0\0WAVE", "no sound data"),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\x01\0", "cut off"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16), "no channels"),
    ],
)
def test_what_is_no_recording_is_refused_with_a_reason(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(audio.AudioError, match=why):
        audio.read_recording(path)


def test_other_formats_and_empty_sound_are_refused(tmp_path: Path) -> None:
    with pytest.raises(audio.AudioError, match="format 85"):
        audio.read_recording(wav(tmp_path / "mp3.wav", b"\0" * 100, tag=85))
    with pytest.raises(audio.AudioError, match="no sound"):
        audio.read_recording(wav(tmp_path / "none.wav", b""))
