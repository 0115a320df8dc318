"""What a scripted caller does, as sound: his words in a natural voice, mumbled ones muffled, noises, keys."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ivr.scenario import Script, Turn
from ivr.speech import mulaw
from ivr.speech.line import SAMPLE_RATE
from ivr.speech.noises import noises
from ivr.speech.synthesis.caller_voice import CallerVoice

_MUMBLED_DB = -14.0
_MUMBLED_HZ = 1800


@dataclass(slots=True)
class Mouth:
    """Speaks turns with `voice`. `espeak` are the sentences for which there was no natural voice."""

    voice: CallerVoice
    espeak: set[str] = field(default_factory=set, init=False)
    _noise: bytes = field(init=False)

    def __post_init__(self) -> None:
        self._noise = next(noise.audio for noise in noises() if noise.name.startswith("cough"))

    async def sound(self, turn: Turn, language: str) -> bytes:
        """The turn as mu-law; nothing for one that is not heard.

        Raises:
            SynthesisError: no voice could speak it.
        """
        if turn.noise:
            return self._noise
        if turn.words is None:
            return b""
        speech = await self.voice.speak(turn.words, turn.language or language)
        if speech.source == "espeak-ng":
            self.espeak.add(turn.words)
        return muffled(speech.audio) if turn.mumbles else speech.audio

    async def prepare(self, script: Script, language: str) -> None:
        """Speak everything once, so that it is at hand during the call.

        Raises:
            SynthesisError: no voice could speak it.
        """
        for turn in spoken_turns(script):
            await self.sound(turn, language)


def spoken_turns(script: Script) -> Iterable[Turn]:
    """All that the caller may say in this call."""
    answers = (Turn(caller=answer) for answer in script.answers.values())
    return (turn for turn in (*script.turns, *answers) if turn.words is not None)


def muffled(audio: bytes) -> bytes:
    """Speech (mu-law) as from behind a hand: quieter, and without the high sounds that tell words apart."""
    samples = mulaw.decode(audio).astype(np.float64)
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE) > _MUMBLED_HZ] = 0
    quieter = np.fft.irfft(spectrum, len(samples)) * 10 ** (_MUMBLED_DB / 20)
    return mulaw.encode(np.round(quieter).astype(np.int16))
