"""One voice of a talk, utterance by utterance. Nobody waits for an answer, so nothing is guessed before it ends."""

from ivr.speech.endpointing import Activity, Endpointer

LONGEST_MS = 6000
"""A longer utterance is cut: a caller who speaks to the line never waits longer for a talk than for one of these."""


class Overhearer:
    """Fed with frames, it hands out what was said."""

    def __init__(self, endpointer: Endpointer) -> None:
        self._endpointer = endpointer

    def feed(self, frame: bytes) -> bytes | None:
        """One frame of 20 ms; the utterance (mu-law) that it ended."""
        activity = self._endpointer.feed(frame)
        if self._endpointer.is_speaking and self._endpointer.utterance_ms >= LONGEST_MS:
            return self.cut()
        return self._endpointer.utterance if activity is Activity.ENDED else None

    def cut(self) -> bytes | None:
        """What is being said just now, as far as it was said."""
        if not self._endpointer.is_speaking:
            return None
        self._endpointer.cut()
        return self._endpointer.utterance

    def forget(self) -> None:
        """What was being said is none of ours."""
        self._endpointer.cut()
