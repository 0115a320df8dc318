"""Whisper by CTranslate2, six times cheaper than the library's own way.

Whisper's encoder costs as much as its window, and faster-whisper always pads to 30 s. One layer below, CTranslate2
takes a shorter window: 12 s here. The help desk's vocabulary goes in as the text said before. A decode that ran into
its length limit or scored miserably has looped and is repeated with the window that the model was trained on.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from opencc import OpenCC

from ivr.conversation import Hypothesis
from ivr.speech.audio import ENGINE_RATE, Samples
from ivr.speech.engines import readings
from ivr.speech.engines.engine import LONGEST_S

_WINDOW_S = 12.0
_TRAINED_WINDOW_S = 30.0
_FRAME = 160
_BEAM = 5
_TOKENS_PER_S = {"en": 8, "zh": 16, "ja": 16}
"""More than anybody speaks: a character of Chinese takes up to three tokens."""
_SPARE_TOKENS = 12
_LONGEST_TOKENS = 448
_LOOPED_SCORE = -1.0
_NO_SPEECH = 0.6

_OPENING = {"en": "", "zh": "以下是普通话的句子。"}
"""What makes whisper write as we want it: Mandarin in simplified characters."""


@dataclass(frozen=True, slots=True)
class Decode:
    """What one pass of beam search gave: texts and mean log-probabilities per token, best first."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    no_speech: float
    was_cut: bool

    @property
    def has_looped(self) -> bool:
        return self.was_cut or self.scores[0] < _LOOPED_SCORE

    @property
    def has_no_words(self) -> bool:
        return self.no_speech > _NO_SPEECH and self.scores[0] < _LOOPED_SCORE


class WhisperEngine:
    """A whisper for one language. Engines of several languages share one loaded model."""

    def __init__(self, model: Path, language: str, vocabulary: str, calibration: readings.Calibration) -> None:
        self._model = _load(str(model))
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )
        before = f"{_OPENING.get(language, '')}{vocabulary}".strip()
        previous = self._tokenizer.encode(f" {before}") if before else []
        self._prompt: list[int] = self._model.get_prompt(self._tokenizer, previous, without_timestamps=True)
        self._tokens_per_s = _TOKENS_PER_S[language]
        self._calibration = calibration
        self._simplify = OpenCC("t2s").convert if language == "zh" else str
        self._hiss = np.random.default_rng(0).normal(0, 0.001, int(_TRAINED_WINDOW_S * ENGINE_RATE)).astype(np.float32)

    def transcribe(self, samples: Samples, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        samples = samples[: int(LONGEST_S * ENGINE_RATE)]
        decode = self._decode(samples, max(_WINDOW_S, len(samples) / ENGINE_RATE + 1))
        if decode.has_looped:
            decode = self._decode(samples, _TRAINED_WINDOW_S)
        if decode.has_no_words:
            return ()
        return readings.readings(decode.texts, decode.scores, self._calibration)

    def _decode(self, samples: Samples, window_s: float) -> Decode:
        limit = min(
            len(self._prompt) + _SPARE_TOKENS + int(self._tokens_per_s * len(samples) / ENGINE_RATE), _LONGEST_TOKENS
        )
        result = self._model.model.generate(
            self._model.encode(self._features(samples, window_s)),
            [self._prompt],
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            max_length=limit,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        texts = tuple(self._simplify(self._tokenizer.decode(tokens)).strip() for tokens in result.sequences_ids)
        best = readings.without_loop(texts[0])
        was_cut = best == texts[0] and len(result.sequences_ids[0]) >= limit - len(self._prompt)
        return Decode(texts, tuple(result.scores), float(result.no_speech_prob), was_cut)

    def _features(self, samples: Samples, window_s: float) -> Samples:
        """The spectrum of the samples, padded to the window with a whisper of noise; an even number of frames."""
        frames = int(window_s * ENGINE_RATE) // _FRAME // 2 * 2
        padded = self._hiss[: frames * _FRAME].copy()
        padded[: len(samples)] += samples
        features: Samples = self._model.feature_extractor(padded, padding=0)[:, :frames]
        return features


@lru_cache(maxsize=2)
def _load(model: str) -> WhisperModel:
    return WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
