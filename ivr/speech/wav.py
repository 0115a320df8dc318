"""WAV files that hold sound as the telephone has it: mu-law, 8 kHz, 8 bit, mono (format tag 7).

The standard library's `wave` neither reads nor writes them.
"""

import struct
from pathlib import Path

from ivr.speech.atomic import write_atomically
from ivr.speech.audio import read_recording, to_telephone
from ivr.speech.line import SAMPLE_RATE

_MULAW = 7


def read_mulaw(path: Path) -> bytes:
    """The sound of the WAV file at `path` as mu-law at 8 kHz; another format or rate is converted.

    Raises:
        AudioError: not a recording that can be read.
        OSError: the file cannot be read.
    """
    return to_telephone(read_recording(path))


def write_mulaw(path: Path, audio: bytes) -> None:
    """Write `audio` (mu-law) as a WAV file, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    padding = b"\x00" * (len(audio) % 2)
    wave_format = struct.pack("<HHIIHHH", _MULAW, 1, SAMPLE_RATE, SAMPLE_RATE, 1, 8, 0)
    fact = struct.pack("<I", len(audio))
    body = b"WAVE" + _chunk(b"fmt ", wave_format) + _chunk(b"fact", fact) + _chunk(b"data", audio) + padding
    write_atomically(path, _chunk(b"RIFF", body))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content
