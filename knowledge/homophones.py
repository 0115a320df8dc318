"""Chinese that was recognized with characters of the same sound, led back to those of the phrasings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pypinyin import lazy_pinyin

_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
_LENGTHS = (4, 3, 2)  # of what is led back, in characters; a single one sounds like too many others


@dataclass(frozen=True, slots=True)
class Homophones:
    """`spellings`: how the phrasings write a sequence of syllables, the most frequent first."""

    spellings: Mapping[tuple[str, ...], tuple[str, ...]]

    @classmethod
    def of(cls, phrasings: Iterable[str]) -> Homophones:
        counts: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for phrasing in phrasings:
            for run in _RUN.findall(phrasing):
                for _, sound, written in _parts(run):
                    counts[sound][written] += 1
        return cls({sound: tuple(spelling for spelling, _ in seen.most_common()) for sound, seen in counts.items()})

    def restore(self, text: str) -> str:
        """`text` with what sounds like a phrasing written like it; toneless, for tones are often misheard too.

        >>> Homophones.of(["我的邮箱满了"]).restore("油箱满了")
        '邮箱满了'
        """
        return _RUN.sub(lambda run: self._respell(run[0]), text)

    def _respell(self, run: str) -> str:
        """Each character as the longest known sequence around it has it; of equal ones, the first."""
        found: dict[int, str] = {}
        for start, sound, written in _parts(run):
            if known := self.spellings.get(sound):
                for place, character in enumerate(written if written in known else known[0], start):
                    found.setdefault(place, character)
        return "".join(found.get(place, character) for place, character in enumerate(run))


def _parts(run: str) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """All that stands in `run`, the longest first: its place, its sound and how it is written."""
    sounds = lazy_pinyin(run)
    for length in _LENGTHS:
        for start in range(len(run) - length + 1):
            yield start, tuple(sounds[start : start + length]), run[start : start + length]
