"""A message left on the line: recorded until the caller is done."""

from dataclasses import dataclass

from ivr.speech.endpointing import Endpointer
from ivr.speech.keypad import TERMINATOR
from ivr.speech.line import FRAME_MS, SILENT_FRAME, AudioLine, Digit, LineClosed


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """A message ends after `silence_s` without voice, or when it is `longest_s` long."""

    longest_s: float = 120.0
    silence_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Message:
    """What was recorded (mu-law, 8 kHz, mono); `is_spoken` tells whether there was any voice in it."""

    audio: bytes
    is_spoken: bool
    has_hung_up: bool


async def record_message(line: AudioLine, endpointer: Endpointer, limits: MessageLimits) -> Message:
    """Listen until `#`, a hang-up, a long silence or the greatest length. A hang-up loses nothing."""
    audio = bytearray()
    silent_ms = 0
    is_spoken = has_hung_up = False
    while silent_ms < limits.silence_s * 1000 and len(audio) < limits.longest_s * 8000:
        try:
            received = await line.receive()
        except LineClosed:
            has_hung_up = True
            break
        if isinstance(received, Digit):
            if received.digit == TERMINATOR:
                break
            continue
        audio += received.audio
        await line.play(SILENT_FRAME)  # a telephone that hears nothing at all for so long may take the line for dead
        endpointer.feed(received.audio)
        is_spoken = is_spoken or endpointer.is_speaking
        silent_ms = 0 if endpointer.is_speaking else silent_ms + FRAME_MS
    return Message(bytes(audio), is_spoken, has_hung_up)
