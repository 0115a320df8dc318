"""Words that mean the same in every prompt: yes, no, a person, repeat, main menu; and sounds that mean nothing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from dialplan.loader import Dialplan
from ivr import mandarin
from ivr.conversation import Heard, Utterance

# A recognizer that drops or doubles a sound of a longer phrase is forgiven; short words must match exactly.
_FORGIVEN_SIMILARITY = 0.85
_SHORT = 6

_LIKELY = 0.25
"""Beside the best reading, where few words are expected, another one counts that is at least so likely: "know it did
not" is not an answer, "no it did not" is."""


class Command(StrEnum):
    OPERATOR = "operator"
    REPEAT = "repeat"
    BACK = "back"
    MAIN_MENU = "main_menu"


@dataclass(frozen=True, slots=True)
class Words:
    """The global words and keys of one language."""

    dialplan: Dialplan
    language: str

    def command(self, heard: Heard) -> Command | None:
        """The global command in an answer, spoken or pressed."""
        keys, phrases = self.dialplan.menus.keys, self.dialplan.menus.phrases[self.language]
        for command in Command:
            if _means(heard, getattr(keys, command), getattr(phrases, command)):
                return command
        return None

    def other_language(self, heard: Heard) -> str | None:
        """The language that the caller wants instead: named, or by key the next one of the line."""
        languages = self.dialplan.menus.languages
        for language, phrases in self.dialplan.menus.phrases[self.language].other_language.items():
            if isinstance(heard, Utterance) and _means(heard, "", phrases):
                return language
        if len(languages) > 1 and _means(heard, self.dialplan.menus.keys.other_language, ()):
            return languages[(languages.index(self.language) + 1) % len(languages)]
        return None

    def language_named(self, heard: Heard) -> str | None:
        """The language that is named in any language of the line."""
        for phrases in self.dialplan.menus.phrases.values():
            for language, names in phrases.other_language.items():
                if _means(heard, "", names):
                    return language
        return None

    def yes_or_no(self, heard: Heard) -> bool | None:
        """The answer to a yes/no question, or None when it was neither."""
        keys, phrases = self.dialplan.menus.keys, self.dialplan.menus.phrases[self.language]
        if not isinstance(heard, Utterance):
            return {keys.no: False, keys.yes: True}.get(getattr(heard, "digits", ""))
        answers = (_yes_or_no(said, phrases.yes, phrases.no) for said in _readings(heard))
        return next((answer for answer in answers if answer is not None), None)

    def which(self, heard: Heard) -> int | None:
        """0 for the first of two, 1 for the second; None when neither was named by its place."""
        phrases = self.dialplan.menus.phrases[self.language]
        for place, named in enumerate((phrases.first, phrases.second)):
            if _means(heard, "", named):
                return place
        return None

    def wants_next(self, heard: Heard) -> bool:
        """Whether he wants to hear the next part."""
        return _means(heard, "", self.dialplan.menus.phrases[self.language].next)

    def says_nothing(self, text: str) -> bool:
        """Nothing, or only sounds like "uh"."""
        fillers = {_joined(phrase) for phrase in self.dialplan.menus.phrases[self.language].filler}
        return not _joined(text) or _joined(text) in fillers


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Lower case, no punctuation, single spaces, simplified characters."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return mandarin.simplified(" ".join(re.sub(r"[^\w\s]|_", " ", plain).split()))


def _joined(text: str) -> str:
    return normalised(text).replace(" ", "")


def _means(heard: Heard, key: str, phrases: Iterable[str]) -> bool:
    if isinstance(heard, Utterance):
        return any(_alike(said, normalised(phrase)) for said in _readings(heard) for phrase in phrases)
    return getattr(heard, "digits", None) == key


def _readings(heard: Heard) -> list[str]:
    """What was probably said, best first. What a recognizer, or a caller, said twice in a row counts once."""
    hypotheses = heard.hypotheses if isinstance(heard, Utterance) else ()
    likely = [one.confidence if one.confidence is not None else 1 / place for place, one in enumerate(hypotheses, 1)]
    texts = (
        normalised(one.text) for one, share in zip(hypotheses, likely, strict=True) if share >= _LIKELY * likely[0]
    )
    return [_once(text) for text in texts if text]


def _once(text: str) -> str:
    words = text.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else text


def _alike(said: str, phrase: str) -> bool:
    if mandarin.is_han(phrase):
        return mandarin.alike(said, phrase)
    if min(len(said), len(phrase)) < _SHORT:
        return said == phrase
    return Levenshtein.normalized_similarity(_joined(said), _joined(phrase)) >= _FORGIVEN_SIMILARITY


def _yes_or_no(said: str, yes: Iterable[str], no: Iterable[str]) -> bool | None:
    yes, no = [*map(normalised, yes)], [*map(normalised, no)]
    if any(_alike(said, phrase) for phrase in no):
        return False
    if any(_alike(said, phrase) for phrase in yes):
        return True
    return mandarin.yes_or_no(said, yes, no) if mandarin.is_han(said) else _by_first_word(said, yes, no)


def _by_first_word(said: str, yes: Sequence[str], no: Sequence[str]) -> bool | None:
    """ "No, it still asks for my password" begins with its answer. "Okay, but it still does not work" does not."""
    first = said.split()[0]
    if first in no:
        return False
    is_taken_back = any(f" {phrase} " in f" {said} " for phrase in no)
    return True if first in yes and not is_taken_back else None
