"""Recordings and rates: any PCM or mu-law WAV in, mono samples at the rate an engine wants out.

Samples are float32 in −1…1, one-dimensional.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.speech import mulaw

Samples = NDArray[np.float32]

TELEPHONE_RATE = 8000
ENGINE_RATE = 16000
"""What every engine listens to; telephone audio is upsampled to it."""

_EXTENSIBLE = 0xFFFE
_FORMAT = struct.Struct("<HHIIHH")


class AudioError(Exception):
    """The file is not a recording that can be read."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Mono samples at `rate` Hz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    rate: int
    bits: int


def from_mulaw(audio: bytes) -> Samples:
    """Telephone audio (mu-law, 8 kHz) as samples at the engines' rate."""
    samples = mulaw.decode(audio).astype(np.float32) / np.float32(32768)
    return resample(samples, TELEPHONE_RATE, ENGINE_RATE)


def to_telephone(recording: Recording) -> bytes:
    """A recording as the telephone carries it: mu-law, 8 kHz, mono."""
    samples = resample(recording.samples, recording.rate, TELEPHONE_RATE)
    return mulaw.encode((np.clip(samples, -1, 32767 / 32768) * 32768).astype(np.int16))


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """`samples` at `wanted` instead of `rate` Hz, band-limited, by way of the spectrum."""
    if rate == wanted or len(samples) == 0:
        return samples
    length = max(1, round(len(samples) * wanted / rate))
    spectrum = np.fft.rfft(samples)
    bins = length // 2 + 1
    fitted = np.zeros(bins, dtype=spectrum.dtype)
    shared = min(bins, len(spectrum))
    fitted[:shared] = spectrum[:shared]
    return (np.fft.irfft(fitted, length) * (length / len(samples))).astype(np.float32)


def read_recording(path: Path) -> Recording:
    """The WAV file at `path`, its channels mixed to one.

    Raises:
        AudioError: not a WAV file, damaged, empty, or of a format that is neither PCM nor mu-law.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    if not content:
        raise AudioError("the file is empty")
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise AudioError("not a WAV file")
    wave_format, data = _parse(content)
    samples = _samples(wave_format, data)
    if len(samples) == 0:
        raise AudioError("the WAV file holds no sound")
    return Recording(samples.reshape(-1, wave_format.channels).mean(axis=1, dtype=np.float32), wave_format.rate)


def _parse(content: bytes) -> tuple[_Format, bytes]:
    wave_format: _Format | None = None
    position = 12
    while position + 8 <= len(content):
        name, size = content[position : position + 4], struct.unpack_from("<I", content, position + 4)[0]
        body = content[position + 8 : position + 8 + size]
        if name == b"fmt ":
            wave_format = _wave_format(body)
        elif name == b"data" and wave_format is not None:
            return wave_format, body
        position += 8 + size + size % 2
    raise AudioError("a damaged WAV file: no sound data in it")


def _wave_format(body: bytes) -> _Format:
    if len(body) < _FORMAT.size:
        raise AudioError("a damaged WAV file: its format is cut off")
    tag, channels, rate, _, _, bits = _FORMAT.unpack_from(body)
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack_from("<H", body, 24)[0]
    if channels == 0 or rate == 0:
        raise AudioError("a damaged WAV file: no channels or no sample rate")
    return _Format(tag, channels, rate, bits)


def _samples(wave_format: _Format, data: bytes) -> Samples:
    whole = len(data) - len(data) % max(1, wave_format.channels * wave_format.bits // 8)
    data = data[:whole]
    match wave_format.tag, wave_format.bits:
        case (1, 8):
            return (np.frombuffer(data, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
        case (1, 16):
            return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
        case (1, 24):
            padded = np.zeros((len(data) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
            return padded.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
        case (1, 32):
            return np.frombuffer(data, "<i4").astype(np.float32) / np.float32(2**31)
        case (3, 32):
            return np.frombuffer(data, "<f4").astype(np.float32)
        case (7, 8):
            return mulaw.decode(data).astype(np.float32) / np.float32(32768)
    raise AudioError(f"format {wave_format.tag} with {wave_format.bits} bits is neither PCM nor mu-law")
