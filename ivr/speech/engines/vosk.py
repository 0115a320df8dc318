"""Vosk: Kaldi models from the models folder. Fed at 16 kHz: the small English model breaks at 8."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import vosk

from ivr.conversation import Hypothesis
from ivr.speech.audio import ENGINE_RATE, Samples
from ivr.speech.recognizer import ModelMissing

_ALTERNATIVES = 5
_UNKNOWN = "[unk]"

vosk.SetLogLevel(-1)


class VoskEngine:
    """Closed questions are decoded with a grammar and give word confidences; open speech gives n-best.

    Kaldi has either: word confidences need the one-best result, alternatives come without them. The confidence of
    an alternative is its share of the likelihood of all alternatives.
    """

    def __init__(self, model: Path) -> None:
        self._model = _load(str(model))

    def transcribe(self, samples: Samples, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
        pcm = (np.clip(samples, -1, 32767 / 32768) * 32768).astype("<i2").tobytes()
        if phrases and self.knows(phrases):
            return self._closed(pcm, phrases)
        return self._open(pcm)

    def knows(self, phrases: tuple[str, ...]) -> bool:
        """Whether every word of `phrases` is in the model; a grammar silently drops the others."""
        return all(self._model.vosk_model_find_word(word) >= 0 for phrase in phrases for word in phrase.lower().split())

    def _closed(self, pcm: bytes, phrases: tuple[str, ...]) -> tuple[Hypothesis, ...]:
        wanted = dict.fromkeys(phrase.lower() for phrase in phrases)
        anything_else = (_UNKNOWN,) if self.knows((_UNKNOWN,)) else ()
        grammar = json.dumps([*wanted, *anything_else], ensure_ascii=False)
        recognizer = vosk.KaldiRecognizer(self._model, ENGINE_RATE, grammar)
        recognizer.SetWords(True)
        recognizer.AcceptWaveform(pcm)
        words = [word for word in json.loads(recognizer.FinalResult()).get("result", []) if word["word"] != _UNKNOWN]
        if not words:
            return ()
        confidence = sum(word["conf"] for word in words) / len(words)
        return (Hypothesis(" ".join(word["word"] for word in words), round(min(confidence, 1.0), 3)),)

    def _open(self, pcm: bytes) -> tuple[Hypothesis, ...]:
        recognizer = vosk.KaldiRecognizer(self._model, ENGINE_RATE)
        recognizer.SetMaxAlternatives(_ALTERNATIVES)
        recognizer.AcceptWaveform(pcm)
        found = json.loads(recognizer.FinalResult()).get("alternatives", [])
        kept = {text: item["confidence"] for item in reversed(found) if (text := item["text"].strip())}
        if not kept:
            return ()
        ranked = sorted(kept.items(), key=lambda item: -item[1])
        likelihoods = np.exp(np.array([score for _, score in ranked]) - ranked[0][1])
        shares = likelihoods / likelihoods.sum()
        return tuple(Hypothesis(text, round(float(share), 3)) for (text, _), share in zip(ranked, shares, strict=True))


@lru_cache(maxsize=4)
def _load(model: str) -> vosk.Model:
    if not Path(model).is_dir():
        raise ModelMissing(f"no vosk model at {model}")
    try:
        return vosk.Model(model)
    except Exception as error:  # vosk raises nothing narrower
        raise ModelMissing(f"{model} is not a vosk model, or is damaged") from error
