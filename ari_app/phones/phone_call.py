"""One call of a telephone, as asyncio sees it: what happened so far, and what can be done."""

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ari_app.phones.errors import CallFailed, PhoneError
from ari_app.phones.handset import FRAME_S, SAMPLE_RATE
from ari_app.phones.hangup import NO_USER_RESPONDING

Send = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound that was heard, in seconds of the recordings; without `ended_s` it goes on."""

    began_s: float
    ended_s: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """When something was sent (speech, keys), in seconds of the recordings."""

    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended: SIP status, Q.850 cause, and whether we did it."""

    status: int
    cause: int
    by_us: bool


class PhoneCall:
    """One call of a telephone. Times named `_s` are seconds of its two recordings; `…_at` is `time.monotonic()`."""

    def __init__(self, name: str, folder: Path, send: Send, began_at: float) -> None:
        self._folder = folder
        self._send = send
        self.name = name
        self.began_at = began_at
        self.sip_call_id = ""
        self.remote = ""
        self.is_ringing = False
        self.answered_at: float | None = None
        self.listening_at: float | None = None
        self.ended_at: float | None = None
        self.ended: Ended | None = None
        self.sounds: list[Sound] = []
        self.keys = ""
        self.referred: list[int] = []
        self.errors: list[str] = []
        self._said: dict[int, Said] = {}
        self._number = 0
        self._changed = asyncio.Event()

    @property
    def heard_wav(self) -> Path:
        """What came out of the line: 8 kHz, 16 bit, complete once the call has ended."""
        return self._folder / "heard.wav"

    @property
    def sent_wav(self) -> Path:
        """What went into the line, on the same clock."""
        return self._folder / "sent.wav"

    @property
    def now_s(self) -> float:
        """The present position on the clock of the recordings: 0 before there is sound, their end after the call."""
        now = self.ended_at if self.ended_at is not None else time.monotonic()
        return now - self.listening_at if self.listening_at is not None else 0.0

    async def answer(self) -> None:
        """Answer an incoming call and wait until it stands."""
        self._send({"do": "answer", "call": self.name})
        await self.answered()

    async def answered(self, timeout_s: float = 10.0) -> None:
        """Wait until the far end answers.

        Raises:
            CallFailed: it did not, within `timeout_s`.
        """
        if not await self.until(lambda: self.listening_at is not None and self.answered_at is not None, timeout_s):
            if self.ended:
                raise CallFailed(self.ended.status, self.ended.cause)
            await self.hang_up()
            raise CallFailed(0, NO_USER_RESPONDING)

    async def until(self, is_true: Callable[[], bool], timeout_s: float) -> bool:
        """Wait for something to be true of this call; False when the call ends or the time is over before."""
        deadline = time.monotonic() + timeout_s
        while not is_true():
            left = deadline - time.monotonic()
            if self.ended or left <= 0:
                return False
            await self.change(left)
        return True

    async def change(self, timeout_s: float) -> None:
        """Wait for the next event of this call, at most `timeout_s`."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), timeout_s)
        except TimeoutError:
            return

    async def say(self, audio: bytes) -> Said | None:
        """Speak mu-law to its end; None when the call ended before."""
        return await self._do({"do": "say", "audio": base64.b64encode(audio).decode()}, len(audio) / SAMPLE_RATE)

    async def press(self, digits: str) -> Said | None:
        """Press keys (RFC 4733), one every 200 ms; None when the call ended before."""
        return await self._do({"do": "press", "digits": digits}, len(digits) * 0.2)

    async def _do(self, command: dict[str, Any], lasts_s: float) -> Said | None:
        self._number += 1
        number = self._number
        self._send({**command, "call": self.name, "number": number})
        await self.until(lambda: number in self._said, lasts_s + 5.0)
        return self._said.get(number)

    async def hold(self, is_held: bool = True) -> None:
        """Put the far end on hold, or take it back, as the key of a telephone does."""
        self._send({"do": "hold" if is_held else "unhold", "call": self.name})

    async def refer(self, to: str) -> None:
        """Ask the far end to call `to` (a SIP address) instead, as the key of a telephone does; the SIP status of what
        becomes of it is then in `referred`."""
        self._send({"do": "refer", "call": self.name, "to": to})

    async def refuse(self, status: int = 486) -> None:
        """Turn an incoming call down with a SIP status."""
        self._send({"do": "refuse", "call": self.name, "status": status})
        await self.over()

    async def hang_up(self) -> None:
        """End the call and wait until it is over; nothing happens when it is over already."""
        if not self.ended:
            self._send({"do": "hangup", "call": self.name})
            await self.over()

    async def over(self, timeout_s: float = 5.0) -> Ended:
        """Wait for the end of the call.

        Raises:
            PhoneError: it goes on after `timeout_s`.
        """
        await self.until(lambda: self.ended is not None, timeout_s)
        if self.ended is None:
            raise PhoneError(f"call {self.name} did not end within {timeout_s:.0f} s")
        return self.ended

    def take(self, event: dict[str, Any]) -> None:
        """Take in one event of the user agent."""
        match event["event"]:
            case "placed" | "incoming":
                self.sip_call_id, self.remote = event["sip_call_id"], event["remote"]
            case "ringing":
                self.is_ringing = True
            case "answered":
                self.answered_at = event["time"]
            case "referred":
                self.referred.append(event["status"])
            case "error":
                self.errors.append(event["message"])
            case "ended":
                self.ended_at = event["time"]
                self.ended = Ended(event["status"], event["cause"], event["by_us"])
            case _:
                self._take_sound(event)
        self._changed.set()

    def _take_sound(self, event: dict[str, Any]) -> None:
        seconds = event.get("frame", 0) * FRAME_S
        match event["event"]:
            case "listening":
                self.listening_at = event["time"]
            case "sound":
                self.sounds.append(Sound(seconds))
            case "silence":
                self.sounds[-1] = Sound(self.sounds[-1].began_s, seconds)
            case "said" | "pressed":
                self._said[event["number"]] = Said(event["began"] * FRAME_S, seconds)
            case "key":
                self.keys += event["digit"]
