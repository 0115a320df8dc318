"""A telephone without time: the line, the voice and the ears of a call, each as another transport of its port."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ivr.conversation import Digits, Heard, Hypothesis, Prompt
from ivr.speech import mulaw
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer
from ivr.speech.hearing import Hearing
from ivr.speech.line import FRAME_MS, SILENT_FRAME
from ivr.speech.recognizer import RecognizerError
from ivr.speech.recorded_line import RecordedLine


def voice(ms: int) -> bytes:
    """A vowel that the voice activity detection takes for speech (mu-law)."""
    time = np.arange(ms * 8) / 8000
    harmonics = (np.sin(2 * np.pi * 120 * k * time) / (1 + abs(120 * k - 600) / 300) for k in range(1, 25))
    wave = sum(harmonics) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return mulaw.encode((wave / np.abs(wave).max() * 12000).astype(np.int16))


def silence(ms: int) -> bytes:
    return SILENT_FRAME * (ms // FRAME_MS)


@dataclass
class ToneSpeaker:
    """`Speaker` that says every prompt as its own tone, `ms` long or as long as `lengths_ms` tells."""

    lengths_ms: Mapping[str, int] = field(default_factory=dict)
    ms: int = 1000
    spoken: list[str] = field(default_factory=list)

    async def speak(self, prompt: Prompt) -> bytes:
        if prompt.key not in self.spoken:
            self.spoken.append(prompt.key)
        return bytes([self.spoken.index(prompt.key)]) * (8 * self.lengths_ms.get(prompt.key, self.ms))

    def heard_ms(self, line: RecordedLine, key: str) -> int:
        """How much of a prompt was played."""
        if key not in self.spoken:
            return 0
        tone = bytes([self.spoken.index(key)])
        return FRAME_MS * sum(frame.startswith(tone) for frame in line.heard_frames)


@dataclass
class PreparedRecognizer:
    """`Recognizer` that gives `results` one by one (a text, "" for sound without words, or its error), then the last
    one again; `asked` keeps length in ms and expected phrases of every utterance, `languages` the languages."""

    results: list[str | RecognizerError]
    asked: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        self.asked.append((len(audio) // 8, phrases))
        self.languages.append(language)
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, RecognizerError):
            raise result
        return (Hypothesis(result, 0.9),) if result else ()


def conversation(
    line: RecordedLine,
    speaker: ToneSpeaker,
    *said: str | RecognizerError,
    says_nothing: Callable[[str, str], bool] = lambda text, language: text in ("", "uh"),
    wants_person: Callable[[Heard, str], bool] = lambda heard, language: heard == Digits("0"),
) -> AudioConversation:
    """A conversation on `line` in which the caller's utterances are recognized as `said`."""
    recognizer = PreparedRecognizer(list(said) or [""])
    return AudioConversation(line, speaker, Hearing(recognizer, Endpointer(), "en"), says_nothing, wants_person)
