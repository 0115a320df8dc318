"""Keys that make an answer together: terminator, greatest number, and the pause that ends them."""

from dataclasses import dataclass, field

from ivr.conversation import Digits
from ivr.speech.line import FRAME_MS

TERMINATOR = "#"
_INTER_DIGIT_MS = 2500


@dataclass(slots=True)
class Keypad:
    """Collects the keys of one answer; time is counted in frames of 20 ms."""

    max_digits: int
    _digits: str = field(default="", init=False)
    _idle_ms: int = field(default=0, init=False)

    @property
    def is_collecting(self) -> bool:
        return bool(self._digits)

    def press(self, digit: str) -> Digits | None:
        """The answer, once this key completes it."""
        self._idle_ms = 0
        if digit == TERMINATOR:
            return self._take() if self._digits else Digits(TERMINATOR)
        self._digits += digit
        return self._take() if len(self._digits) >= self.max_digits else None

    def tick(self) -> Digits | None:
        """A frame passed; the answer, once the pause after the last key is long enough."""
        if not self._digits:
            return None
        self._idle_ms += FRAME_MS
        return self._take() if self._idle_ms >= _INTER_DIGIT_MS else None

    def _take(self) -> Digits:
        digits, self._digits, self._idle_ms = self._digits, "", 0
        return Digits(digits)
