"""The engine's side of `worker.py`: jobs as JSON lines on standard input, one reply a line for each.

A job is `{"number", "text", "voice"}`; the reply carries its number and either `audio` (mu-law, base64) or
`refused` (why not). Before the first job the engine says `{"ready": true}`; `{"missing": why}`, instead of that or of
a reply, is its last word.
"""

import base64
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from ivr.speech.synthesis.errors import EngineMissing
from ivr.speech.synthesis.mastering import master

_PR_SET_PDEATHSIG = 1

Speak = Callable[[str, str], tuple[NDArray[np.float32], int]]
"""Text and voice to samples (-1 … 1) and their rate in Hz; raises ValueError for a text or voice it cannot take."""


def serve(open_engine: Callable[[], Speak]) -> None:
    """Answer jobs until standard input ends or the parent dies."""
    _die_with_parent()
    with _replies() as replies:
        try:
            speak = open_engine()
        except EngineMissing as error:
            _send(replies, {"missing": str(error)})
            return
        _send(replies, {"ready": True})
        for line in sys.stdin:
            job = json.loads(line)
            try:
                _send(replies, {"number": job["number"], **_answer(speak, job["text"], job["voice"])})
            except EngineMissing as error:  # what only this voice needs
                _send(replies, {"missing": str(error)})
                return


def _answer(speak: Speak, text: str, voice: str) -> dict[str, str]:
    if not text.strip():
        return {"refused": "nothing to say"}
    try:
        samples, rate = speak(text, voice)
    except ValueError as error:
        return {"refused": str(error)}
    audio = master(samples, rate)
    if not audio:
        return {"refused": f"nothing to be heard of '{text}'"}
    return {"audio": base64.b64encode(audio).decode()}


def _send(replies: TextIO, reply: Mapping[str, object]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


def _replies() -> TextIO:
    """Standard output for replies alone: engines that print talk to /dev/null from now on."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return replies


def _die_with_parent() -> None:
    """Also in the midst of a job; a parent who was gone before has left an end of file on standard input."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
