"""From number words to digits, whatever the language: a language only says which of its words are what.

Callers say one number in many ways ("four four two", "double four two", "four hundred and forty two"), and some
words can be taken in two ("twenty three": 23, or 20 and 3). All ways are tried, the most usual first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_MOST_SPELLINGS = 12
_MOST_TRIED = 100
_MOST_JOINED = 6
_MOST_TOKENS = 40
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Number:
    """Digits said or written as one. To a number with `room` 10 one below 10 may be added: twenty, three. A `link` is a
    zero that may only hold a place: 一百零五."""

    digits: str
    room: int = 1
    link: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Hundred, thousand, 百: times what stands before it; with `whole` times all before it: 十二万."""

    factor: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """Double, triple: the next digit `count` times."""

    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause, or a word that does not end a number: "and", "uh", a comma."""


@dataclass(frozen=True, slots=True)
class Break:
    """A word that has nothing to do with numbers."""


Token = Number | Scale | Times | Gap | Break


def readings(tokens: Sequence[Token]) -> Iterator[str]:
    """The digit strings that may be meant, best first: each run of number words, the longest and last first, then runs
    joined, then the less usual ways to take a run. May repeat itself."""
    in_order = [found for run in _runs(tokens) if (found := _spellings(run))]
    runs = sorted(reversed(in_order), key=lambda run: len(run[0]), reverse=True)
    yield from (run[0] for run in runs)
    for length in range(min(len(in_order), _MOST_JOINED), 1, -1):
        for start in range(len(in_order) - length + 1):
            yield "".join(run[0] for run in in_order[start : start + length])
    yield from (spelling for run in runs for spelling in run[1:])


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """The stretches of number words; one that is too long for a number is cut."""
    run: list[Token] = []
    for token in (*tokens, Break()):
        is_part = not (isinstance(token, Break) or (isinstance(token, Number) and len(token.digits) > _MOST_DIGITS))
        if is_part:
            run.append(token)
        if run and (not is_part or len(run) == _MOST_TOKENS):
            yield tuple(run)
            run = []


def _spellings(run: tuple[Token, ...]) -> list[str]:
    tried = islice(_spelled(run), _MOST_TRIED)
    return list(dict.fromkeys(digits for digits in tried if digits))[:_MOST_SPELLINGS]


def _spelled(run: tuple[Token, ...]) -> Iterator[str]:
    """All ways to take a run, the longest numbers first."""
    if not run:
        yield ""
        return
    first, rest = run[0], run[1:]
    if isinstance(first, Times):
        following = rest[1:] if rest and isinstance(rest[0], Gap) else rest
        if following and isinstance(following[0], Number):
            digits = following[0].digits
            repeated = Number(digits[0] * first.count + digits[1:])
            yield from (repeated.digits + more for more in _spelled(following[1:]))
            return
    if isinstance(first, Number | Scale):
        for digits, used in _numbers(run):
            yield from (digits + more for more in _spelled(run[used:]))
        return
    yield from _spelled(rest)


def _numbers(run: tuple[Token, ...]) -> Iterator[tuple[str, int]]:
    """The numbers that `run` begins with, longest first, each with how many tokens it takes."""
    found: list[tuple[str, int]] = []
    cardinal = _Cardinal()
    for place, token in enumerate(run):
        if not cardinal.takes(token):
            break
        ends_here = not isinstance(token, Gap) and not cardinal.is_waiting
        if ends_here and not (place + 1 < len(run) and isinstance(run[place + 1], Scale)):
            found.append((cardinal.digits, place + 1))
    if not found and isinstance(run[0], Number):
        found.append((run[0].digits, 1))
    yield from reversed(found)


class _Cardinal:
    """A number being said. `takes` adds a token where it fits: after "four hundred" what is below a hundred."""

    def __init__(self) -> None:
        self._alone = ""
        self._total = self._section = self._chunk = 0
        self._room = self._scale = 0
        self._begun = self._just_scaled = False
        self.is_waiting = False

    @property
    def digits(self) -> str:
        return self._alone or str(self._total + self._section + self._chunk)

    def takes(self, token: Token) -> bool:
        """Whether `token` goes on with the number."""
        if isinstance(token, Scale):
            return self._scaled(token)
        if isinstance(token, Number):
            return self._added(token)
        return isinstance(token, Gap) and self._just_scaled

    def _added(self, number: Number) -> bool:
        if not self._begun:
            self._alone, self._chunk, self._room, self._begun = number.digits, int(number.digits), number.room, True
            return True
        self.is_waiting = number.link and self._just_scaled
        if self.is_waiting:
            return True
        value = int(number.digits)
        if number.digits.startswith("0") or value >= self._room:
            return False
        self._alone = ""
        self._chunk += value
        self._room, self._just_scaled = number.room, False
        return True

    def _scaled(self, scale: Scale) -> bool:
        if scale.whole:
            if self._total:
                return False
            self._total = (self._section + self._chunk or int(not self._begun)) * scale.factor
            self._section = 0
            self._scale = scale.factor
        else:
            if self._scale and scale.factor >= self._scale:
                return False
            self._section += (self._chunk or int(not self._begun or self._just_scaled)) * scale.factor
            self._scale = scale.factor
        self._chunk, self._alone = 0, ""
        self._room, self._begun, self._just_scaled, self.is_waiting = scale.factor, True, True, False
        return True
