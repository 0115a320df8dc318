"""espeak-ng through pyttsx3, as a process: `python -m ivr.speech.synthesis.espeak`.

pyttsx3 can save and run one text at a time and once per process start, which is why it has one to itself.
"""

import os
import wave

import numpy as np
from numpy.typing import NDArray

from ivr.speech.synthesis.engine import Speak, serve
from ivr.speech.synthesis.errors import EngineMissing

_WORDS_PER_MINUTE = 155


def open_espeak() -> Speak:
    """
    Raises:
        EngineMissing: libespeak-ng is not installed.
    """
    try:
        import pyttsx3  # type: ignore[import-untyped]  # its espeak driver loads the library on import of the driver, in `init`

        engine = pyttsx3.init("espeak")
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineMissing(f"espeak-ng cannot be used ({error}); install the package libespeak-ng1") from error
    engine.setProperty("rate", _WORDS_PER_MINUTE)
    voices = {voice.id for voice in engine.getProperty("voices")}

    def speak(text: str, voice: str) -> tuple[NDArray[np.float32], int]:
        if voice not in voices:
            raise ValueError(f"espeak-ng has no voice '{voice}'")
        engine.setProperty("voice", voice)
        memory = os.memfd_create("speech")  # a file without a name leaves nothing behind when the process is killed
        try:
            engine.save_to_file(text, f"/proc/self/fd/{memory}")
            engine.runAndWait()
            return _read(memory)
        finally:
            os.close(memory)

    return speak


def _read(memory: int) -> tuple[NDArray[np.float32], int]:
    try:
        with wave.open(f"/proc/self/fd/{memory}", "rb") as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            return pcm.astype(np.float32) / np.float32(32768), file.getframerate()
    except (EOFError, wave.Error) as error:
        raise ValueError("espeak-ng gave no sound") from error


if __name__ == "__main__":
    serve(open_espeak)
