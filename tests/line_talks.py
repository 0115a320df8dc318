"""Talks with agents, as everybody in them hears it; and what an agent does at his desk meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from line_calls import has_heard, on_the_phone, until_event
from numpy.typing import NDArray
from real_line import RealLine, loudness, samples

from ari_app.control.client import RINGS_WITHIN_S, ask
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from ivr.speech import mulaw
from tickets.ticket import Ticket

RING_WITHIN_S = 30
SPOKEN_S = 0.5
SETTLED_S = 0.3
"""What may be on its way still when one of them has heard it."""
CALLER, FIRST, SECOND = 400.0, 700.0, 1100.0
"""Everybody speaks in a pitch of his own, in Hz."""


def voice(pitch: float) -> bytes:
    return mulaw.encode((8000 * np.sin(np.arange(int(8000 * SPOKEN_S)) * 2 * np.pi * pitch / 8000)).astype(np.int16))


def has_voice(sound: NDArray[np.int16], pitch: float) -> bool:
    """Whether somebody speaks in this pitch for at least a fifth of a second."""
    frames = sound[: len(sound) // 1600 * 1600].reshape(-1, 1600).astype(float)
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(1600), axis=1)) / 400
    at = round(pitch / 5)
    return bool(np.any(spectrum[:, at - 1 : at + 2].max(axis=1) > 1000))


@dataclass
class Ears:
    """What somebody heard from one moment to another, looked at when all have hung up."""

    noted: list[tuple[str, PhoneCall, float, float, float, bool]] = field(default_factory=list)
    music: list[tuple[PhoneCall, float, float]] = field(default_factory=list)

    async def speak(self, speaker: PhoneCall, pitch: float, to: list[PhoneCall], not_to: list[PhoneCall]) -> None:
        began = [(call, call.now_s, is_heard) for calls, is_heard in ((to, True), (not_to, False)) for call in calls]
        assert await speaker.say(voice(pitch)) is not None
        await asyncio.gather(*(has_heard(call, since) for call, since, is_heard in began if is_heard))
        await speaker.until(lambda: False, SETTLED_S)
        self.noted += [("voice", call, pitch, since, call.now_s, is_heard) for call, since, is_heard in began]

    async def listen_to_music(self, caller: PhoneCall) -> None:
        await caller.until(lambda: False, SETTLED_S)
        began = caller.now_s
        await caller.until(lambda: False, 1.0)
        self.music.append((caller, began, caller.now_s))

    def check(self) -> None:
        for _, call, pitch, since, until, is_heard in self.noted:
            heard = samples(call.heard_wav)[int(since * 8000) : int(until * 8000)]
            assert has_voice(heard, pitch) is is_heard, (call.heard_wav, pitch, since, until)
        for call, since, until in self.music:
            heard = samples(call.heard_wav)[int(since * 8000) : int(until * 8000)]
            assert loudness(heard) > 100, (call.heard_wav, since, until)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an agent does at his desk."""

    line: RealLine
    agent: str

    async def do(self, what: str, **fields: str) -> None:
        await ask(self.line.settings.control_socket, f"call.{what}", RINGS_WITHIN_S, agent=self.agent, **fields)

    async def free(self) -> None:
        """Returns once the controller knows that he can be rung: Asterisk knows of his telephone a little earlier."""
        deadline = asyncio.get_running_loop().time() + RING_WITHIN_S
        while await self.state() != "ready":
            assert asyncio.get_running_loop().time() < deadline, f"{self.agent} is not free in {RING_WITHIN_S} s"
            await asyncio.sleep(0.1)

    async def state(self) -> str:
        agents = (await ask(self.line.settings.control_socket, "agent.list"))["agents"]
        return str(next(one["state"] for one in agents if one["agent"] == self.agent))


@asynccontextmanager
async def answered(
    line: RealLine, folder: Path, desk: Phone, number: str
) -> AsyncIterator[tuple[PhoneCall, PhoneCall]]:
    """A caller, and the agent who has answered him."""
    async with on_the_phone(line, folder, number) as caller:
        await caller.press("0")
        ringing = await desk.incoming(RING_WITHIN_S)
        await ringing.answer()
        await until_event(line, caller, "queue_answered")
        yield caller, ringing


def recording_of(line: RealLine, ticket: Ticket) -> NDArray[np.int16]:
    (recording,) = ticket.recordings
    return samples(line.settings.tickets.recordings / recording.path)
