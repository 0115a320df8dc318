"""Waiting on a whole line: what a caller is told, what he chooses, and how fast an agent is heard."""

import asyncio
import math
from pathlib import Path

import numpy as np
from line_calls import on_duty, on_the_phone, until_event, until_ticket
from line_talks import Desk, answered
from numpy.typing import NDArray
from real_line import RealLine, samples, where

from ari_app.phones.phone_call import PhoneCall
from dialplan.loader import load_dialplan
from ivr.conversation import Prompt
from ivr.speech import mulaw
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording

_TONE_HZ = 1000
TONE = mulaw.encode((8000 * np.sin(2 * np.pi * _TONE_HZ * np.arange(16000) / 8000)).astype(np.int16))
FRAME_S = 0.02
LOUD = 300
RING_WITHIN_S = 30
ANNOUNCED_S = 1.2
MOST_SILENT_S = 0.2


# P-4
async def test_an_agent_is_heard_at_once(line: RealLine, tmp_path: Path) -> None:
    """What stalls the machine at this very moment is silence too: three trials."""
    prompt, silent_s = await spoken(line, "waiting.ringing"), []
    for trial in range(3):
        silent_s.append(silence_before_tone(prompt, await answered_while_told(line, tmp_path / str(trial))))
        if silent_s[-1] < MOST_SILENT_S:
            break
    assert min(silent_s) < MOST_SILENT_S, silent_s


async def answered_while_told(line: RealLine, folder: Path) -> NDArray[np.int16]:
    """What a caller hears whom an agent answers, with a tone, in the midst of being told that he is rung."""
    async with on_duty(line, folder, "agent7") as desk, on_the_phone(line, folder, "+493023125301") as caller:
        await Desk(line, "agent7").free()  # who is still in wrap-up is rung later, unannounced
        await caller.press("0")
        ringing = await desk.incoming(RING_WITHIN_S)
        await until_said(line, caller, "waiting.ringing")
        await until_heard(caller, ANNOUNCED_S)
        await ringing.answer()
        await ringing.say(TONE)
        await until_event(line, caller, "queue_answered")
        await ringing.hang_up()
        await caller.over()
    return samples(caller.heard_wav)


# 001-2
async def test_who_finds_the_agent_busy_leaves_a_message(line: RealLine, tmp_path: Path) -> None:
    async with (
        on_duty(line, tmp_path, "agent8") as desk,
        answered(line, tmp_path, desk, "+493023125303"),
        on_the_phone(line, tmp_path, "+493023125302") as caller,
    ):
        await caller.press("0")
        await until_said(line, caller, "waiting.callback")
        await until_heard(caller, 2 * ANNOUNCED_S)
        await caller.press("2")
        await until_event(line, caller, "queue_left")
        await until_silent(caller)
        await caller.say(line.spoken("my account is locked"))
        await caller.press("#")
        assert (await caller.over(30)).by_us is False

    left = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert left.outcome == "leave_message"
    assert "message" in {recording.kind for recording in left.recordings}
    told = [prompt for event in line.store.events.of_ticket(left.number) for prompt in event.data.get("prompts") or ()]
    announced = told[told.index("queue.wait") :]
    assert announced[1] == "waiting.next"
    assert announced[3:6] == ["waiting.callback", "waiting.message", "waiting.menu"]
    assert where(line.prompt("queue.wait"), samples(caller.heard_wav)) is not None


async def spoken(line: RealLine, prompt: str) -> NDArray[np.int16]:
    """What the line says, recorded or not."""
    settings = line.settings.synthesis
    synthesizer = Synthesizer(settings)
    try:
        speaker = PromptSpeaker(Wording(load_dialplan().prompts), Recordings(settings.sounds), synthesizer)
        return mulaw.decode(await speaker.speak(Prompt(prompt, "en")))
    finally:
        await synthesizer.close()


def silence_before_tone(prompt: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """How many seconds longer it was silent before the tone than the prompt is by itself in that place; without end
    where the agent answered before the announcement, or after it."""
    began = where(prompt, heard)
    tone = next(at for at, is_tone in enumerate(tones(heard)) if is_tone) - 1  # in whose midst it may have begun
    in_prompt = tone - round((began or 0.0) / FRAME_S)
    if began is None or not 0 < in_prompt * FRAME_S < len(prompt) / 8000:
        return math.inf
    return (silent_frames(heard, tone) - silent_frames(prompt, in_prompt)) * FRAME_S


def silent_frames(sound: NDArray[np.int16], before: int) -> int:
    """The length of the silence just before a frame."""
    loud = np.flatnonzero(loudnesses(sound)[:before] > LOUD)
    return before - 1 - int(loud[-1])


def loudnesses(sound: NDArray[np.int16]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.mean(frames(sound) ** 2, axis=1)))


def tones(sound: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Which frames are loud, and nothing but the tone."""
    cut = frames(sound)
    angles = 2 * np.pi * _TONE_HZ * np.arange(cut.shape[1]) / 8000
    power = 2 * (np.dot(cut, np.cos(angles)) ** 2 + np.dot(cut, np.sin(angles)) ** 2) / cut.shape[1] ** 2
    total = np.mean(cut**2, axis=1)
    return np.asarray((total > LOUD**2) & (power > 0.8 * total))


def frames(sound: NDArray[np.int16]) -> NDArray[np.float64]:
    size = round(8000 * FRAME_S)
    return sound[: len(sound) // size * size].astype(np.float64).reshape(-1, size)


async def until_said(line: RealLine, caller: PhoneCall, prompt: str) -> None:
    """Until the line has begun to say it."""

    def is_said(number: str) -> bool:
        return any(prompt in (event.data.get("prompts") or ()) for event in line.store.events.of_ticket(number))

    await until_ticket(line, caller, lambda ticket: is_said(ticket.number))


async def until_heard(caller: PhoneCall, seconds: float) -> None:
    """Until the caller has heard the line for so long."""
    began = caller.now_s
    while caller.now_s < began + seconds:
        await caller.change(0.05)
    assert caller.ended is None


async def until_silent(caller: PhoneCall) -> None:
    """Until the line has said all, tone and all."""
    deadline = asyncio.get_running_loop().time() + 30
    while not (caller.sounds and (ended := caller.sounds[-1].ended_s) is not None and caller.now_s > ended + 1):
        assert asyncio.get_running_loop().time() < deadline
        await caller.change(0.1)
