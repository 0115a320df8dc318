"""WAV files that hold mu-law as the telephone has it: 8 kHz, 8 bit, mono (format tag 7).

The standard library's `wave` reads PCM only; what is read here is handed to a line byte for byte.
"""

import struct
from pathlib import Path

from ivr.speech.atomic import write_atomically
from ivr.speech.line import SAMPLE_RATE

_MULAW = 7
_FORMAT = struct.Struct("<HHIIHH")


class WavError(Exception):
    """The file is not a mu-law WAV at 8 kHz, mono."""


def read_mulaw(path: Path) -> bytes:
    """The mu-law bytes of the WAV file at `path`.

    Raises:
        WavError: another format, or no WAV file at all.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise WavError(f"{path}: not a WAV file")
    chunks = _chunks(content)
    try:
        tag, channels, rate, *_ = _FORMAT.unpack_from(chunks[b"fmt "])
        audio = chunks[b"data"]
    except (KeyError, struct.error) as error:
        raise WavError(f"{path}: a damaged WAV file") from error
    if (tag, channels, rate) != (_MULAW, 1, SAMPLE_RATE):
        raise WavError(
            f"{path}: format {tag}, {channels} channels, {rate} Hz instead of mu-law, mono, {SAMPLE_RATE} Hz"
        )
    return audio


def write_mulaw(path: Path, audio: bytes) -> None:
    """Write `audio` (mu-law) as a WAV file, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    padding = b"\x00" * (len(audio) % 2)
    fmt = _FORMAT.pack(_MULAW, 1, SAMPLE_RATE, SAMPLE_RATE, 1, 8) + b"\x00\x00"
    fact = struct.pack("<I", len(audio))
    body = b"WAVE" + _chunk(b"fmt ", fmt) + _chunk(b"fact", fact) + _chunk(b"data", audio) + padding
    write_atomically(path, _chunk(b"RIFF", body))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content


def _chunks(content: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= len(content):
        name, size = content[position : position + 4], struct.unpack_from("<I", content, position + 4)[0]
        found[name] = content[position + 8 : position + 8 + size]
        position += 8 + size + size % 2
    return found
