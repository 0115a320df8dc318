"""What an answer may mean for a slot: the values, best first. Nothing is asked here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dialplan.loader import Dialplan
from dialplan.slots import Slot
from ivr.conversation import Digits, Hypothesis, Utterance
from ivr.spoken.choices import choice_in
from ivr.spoken.dates import date_in, keyed_date
from ivr.spoken.digits import digits_heard, digits_supposed
from ivr.spoken.read_back import CHOICE_KEYS, choices_of
from ivr.words import Words

NUMBERS = ("employee_number", "ticket_number", "phone_number")
_LENGTHS = {"phone_number": range(3, 16)}
_ANY_LENGTH = range(1, 21)
_FOUND_IN_PASSING = ("system", "department", "choice", "date", *NUMBERS)


@dataclass(frozen=True, slots=True)
class Setting:
    """In which an answer is read: the day it is at the desk, and the caller's own number ("" when withheld)."""

    dialplan: Dialplan
    language: str
    today: date
    caller: str = ""

    @property
    def words(self) -> Words:
        return Words(self.dialplan, self.language)


def values_of(slot: Slot, heard: Utterance | Digits, setting: Setting) -> tuple[str, ...]:
    """The values of `slot` that were said or keyed, best first; of speech every reading is considered."""
    if isinstance(heard, Digits):
        return _keyed(slot, heard.digits, setting)
    texts = [reading.text for reading in heard.hypotheses]
    match slot.kind:
        case "yes_no":
            answer = setting.words.yes_or_no(heard)
            return () if answer is None else ("yes" if answer else "no",)
        case "date":
            days = (date_in(text, setting.language, setting.today) for text in texts)
            return _each_once(day.isoformat() for day in days if day)
        case "text":
            return () if setting.words.says_nothing(heard.text) else (heard.text,)
        case "choice" | "system" | "department":
            phrases = choice_phrases(slot, setting)
            return _each_once(name for text in texts for name in choice_in(text, phrases))
    own = _own_number(texts, setting) if slot.kind == "phone_number" else ()
    return (*own, *(digits for digits in digits_heard(texts, setting.language) if has_length(slot, digits)))


def supposed(slot: Slot, heard: Utterance | Digits, setting: Setting) -> tuple[str, ...]:
    """The numbers that may have been said where the recognizer swallowed a repeated digit: to be looked up."""
    if isinstance(heard, Digits):
        return ()
    texts = [reading.text for reading in heard.hypotheses]
    return tuple(digits for digits in digits_supposed(texts, setting.language) if has_length(slot, digits))


def slots_in(text: str, slots: Mapping[str, Slot], setting: Setting) -> dict[str, str]:
    """What of `slots` was said in passing: "I need S A P access for finance". Numbers only of slots that name their
    lengths; yes, no and free text are never in passing."""
    said = Utterance((Hypothesis(text),))
    found = {name: values_of(slot, said, setting) for name, slot in slots.items() if is_found_in_passing(slot)}
    return {name: values[0] for name, values in found.items() if values}


def choice_phrases(slot: Slot, setting: Setting) -> dict[str, tuple[str, ...]]:
    """What callers may call each choice, its name among it."""
    language = setting.language
    return {
        name: (*((choice.name[language],) if language in choice.name else ()), *choice.phrases.get(language, ()))
        for name, choice in choices_of(slot, setting.dialplan).items()
    }


def has_length(slot: Slot, digits: str) -> bool:
    return len(digits) in (slot.digits or _LENGTHS.get(slot.kind, _ANY_LENGTH))


def is_found_in_passing(slot: Slot) -> bool:
    """Whether a value of `slot` is looked for in sentences that answer another question."""
    return slot.kind in _FOUND_IN_PASSING and (slot.kind not in NUMBERS or bool(slot.digits))


def longest(slot: Slot) -> int:
    """The most keys that an answer may have."""
    if slot.kind in NUMBERS:
        return max(slot.digits or _LENGTHS.get(slot.kind, _ANY_LENGTH))
    return 4 if slot.kind == "date" else 1


def _keyed(slot: Slot, digits: str, setting: Setting) -> tuple[str, ...]:
    if slot.kind in NUMBERS:
        return (digits,) if digits.isdecimal() and has_length(slot, digits) else ()
    if slot.kind == "date":
        day = keyed_date(digits, setting.language, setting.today)
        return (day.isoformat(),) if day else ()
    if slot.kind == "yes_no":
        answer = setting.words.yes_or_no(Digits(digits))
        return () if answer is None else ("yes" if answer else "no",)
    by_key = dict(zip(CHOICE_KEYS, choices_of(slot, setting.dialplan), strict=False))
    return (by_key[digits],) if digits in by_key else ()


def _own_number(texts: Iterable[str], setting: Setting) -> tuple[str, ...]:
    phrases = {"own": setting.dialplan.menus.phrases[setting.language].own_number}
    return (setting.caller,) if setting.caller and any(choice_in(text, phrases) for text in texts) else ()


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
