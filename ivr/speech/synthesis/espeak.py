"""espeak-ng through pyttsx3, as a process: `python -m ivr.speech.synthesis.espeak`.

pyttsx3 can save one text at a time, and several threads of it hang: hence one process, one job at a time.
"""

import os
import threading
import wave

import numpy as np
from numpy.typing import NDArray

from ivr.speech.synthesis.engine import Speak, serve
from ivr.speech.synthesis.errors import EngineMissing

_WORDS_PER_MINUTE = 155
_SINITIC, _SINITIC_PER_MINUTE = "sit/", 200
"""Of these languages every syllable is a word: at the pace of English they drag, and are understood no better."""


def open_espeak() -> Speak:
    """
    Raises:
        EngineMissing: libespeak-ng is not installed.
    """
    # Nothing is played here. The library looks for a sound server all the same, and would leave folders in /tmp.
    os.environ["PULSE_SERVER"] = "unix:/dev/null"
    try:
        import pyttsx3
        from pyttsx3.drivers import _espeak  # loads the library

        engine = pyttsx3.init("espeak")
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineMissing(f"espeak-ng cannot be used ({error}); install the package libespeak-ng1") from error
    voices = {voice.id for voice in engine.getProperty("voices")}
    current = ""
    finished = threading.Event()
    engine.connect("finished-utterance", lambda name, completed: finished.set())

    def speak(text: str, voice: str) -> tuple[NDArray[np.float32], int]:
        nonlocal current
        if voice not in voices:
            raise ValueError(f"espeak-ng has no voice '{voice}'")
        if voice != current:
            engine.setProperty("voice", voice)
            pace = _SINITIC_PER_MINUTE if voice.startswith(_SINITIC) else _WORDS_PER_MINUTE
            engine.setProperty("rate", pace)  # choosing a voice resets it
            current = voice
        samples, rate = save(text)
        return (samples, rate) if len(samples) else save(text)  # a change of voice can swallow the text after it

    def save(text: str) -> tuple[NDArray[np.float32], int]:
        memory = os.memfd_create("speech")  # a file without a name leaves nothing behind when the process is killed
        try:
            finished.clear()
            engine.save_to_file(text, f"/proc/self/fd/{memory}")
            engine.runAndWait()
            finished.wait()  # on a busy machine `runAndWait` comes back before espeak-ng's own thread is done,
            _espeak.Synchronize()  # and that thread may still be about to end this text when the next one begins
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
