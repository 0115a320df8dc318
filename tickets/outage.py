"""An outage: something is down, and callers hear so. Pure values, and the rules of a declaration."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

PARENT_CALL = "outage-"
"""How the call id of a parent ticket begins, which no call has; then comes the outage's id."""
LONGEST_TITLE = 80
LONGEST_NOTICE_S = 20.0

# Measured on the recordings in sounds/: 13.6 to 19.2 characters a second, mean 16.3; Mandarin has 4 to 5 syllables.
_LETTERS_A_SECOND = 15.0
_IDEOGRAPHS_A_SECOND = 4.5
_DIGITS_A_SECOND = 2.5


@dataclass(frozen=True, slots=True)
class Outage:
    """`systems` and `sites` are names of the dialplan, none means all; `texts` is what callers hear, by language.

    Times are aware UTC. `ticket` is the number of the parent ticket, `joined` how many callers' tickets belong to it.
    """

    id: int
    title: str
    systems: frozenset[str]
    sites: frozenset[str]
    texts: Mapping[str, str]
    started_at: datetime
    declared_by: str
    ticket: str
    expected_end: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    joined: int = 0

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody declares to be down; made by `declaration`, which tidies the texts."""

    title: str
    systems: frozenset[str]
    sites: frozenset[str]
    texts: Mapping[str, str]
    expected_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an outage may name (id → what it is called), and the languages of the line: all from the dialplan."""

    languages: tuple[str, ...] = ()
    systems: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)


Part = Literal["title", "systems", "sites", "texts", "expected_end"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a declaration, for the person who made it: in words, and as the name of the
    pages' text `outage.fault.<name>` with what fills it."""

    part: Part
    message: str
    name: str
    slots: Mapping[str, str] = field(default_factory=dict)


def declaration(
    title: str,
    systems: frozenset[str],
    sites: frozenset[str],
    texts: Mapping[str, str],
    expected_end: datetime | None = None,
) -> Declaration:
    """A declaration with its texts tidied."""
    return Declaration(_tidy(title), systems, sites, tidy_texts(texts), expected_end)


def tidy_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that are not empty, on one line each, without characters that cannot be seen."""
    return {language: words for language, text in texts.items() if (words := _tidy(text))}


def _tidy(text: str) -> str:
    visible = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(visible).split())


def faults(declared: Declaration, scope: Scope, now: datetime) -> tuple[Fault, ...]:
    """Everything that is wrong with a declaration; none means it can be heard."""
    return tuple(_faults(declared, scope, now))


def _faults(declared: Declaration, scope: Scope, now: datetime) -> Iterator[Fault]:
    if not declared.title:
        yield Fault("title", "a title is needed", "title_missing")
    elif len(declared.title) > LONGEST_TITLE:
        message = f"the title is longer than {LONGEST_TITLE} characters"
        yield Fault("title", message, "title_long", {"most": str(LONGEST_TITLE)})
    for name in sorted(declared.systems - scope.systems.keys()):
        message = f"no system '{name}' in the dialplan{_hint(name, scope.systems)}"
        yield Fault("systems", message, "system", {"system": name})
    for name in sorted(declared.sites - scope.sites.keys()):
        message = f"no site '{name}' in the dialplan{_hint(name, scope.sites)}"
        yield Fault("sites", message, "site", {"site": name})
    yield from notice_faults(declared.texts, scope)
    if declared.expected_end is not None and declared.expected_end <= now:
        yield Fault("expected_end", "the expected end is in the past", "end_past")


def notice_faults(texts: Mapping[str, str], scope: Scope) -> Iterator[Fault]:
    """What is wrong with the texts that callers hear: each language of the line needs one, short enough to be heard."""
    for language in scope.languages:
        if language not in texts:
            message = f"a text in language '{language}' is missing"
            yield Fault("texts", message, "text_missing", {"language": language})
    for language, text in texts.items():
        if language not in scope.languages:
            spoken = ", ".join(scope.languages)
            message = f"the line does not speak language '{language}'; it speaks {spoken}"
            yield Fault("texts", message, "language", {"language": language, "spoken": spoken})
        elif not any(character.isalpha() for character in text):
            message = f"the text in language '{language}' has no words"
            yield Fault("texts", message, "text_empty", {"language": language})
        elif (seconds := spoken_seconds(text)) > LONGEST_NOTICE_S:
            takes = {"language": language, "seconds": f"{seconds:.0f}", "most": f"{LONGEST_NOTICE_S:.0f}"}
            message = "the text in language '{language}' takes about {seconds} seconds to say; at most {most}"
            yield Fault("texts", message.format(**takes), "text_long", takes)


def spoken_seconds(text: str) -> float:
    """About how long it takes to say `text`."""
    digits = sum(character.isdigit() for character in text)
    ideographs = sum(unicodedata.category(character) == "Lo" for character in text)
    return (
        digits / _DIGITS_A_SECOND
        + ideographs / _IDEOGRAPHS_A_SECOND
        + (len(text) - digits - ideographs) / _LETTERS_A_SECOND
    )


def end_at(text: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The UTC time that `text` means: `14:30` is the next time that clocks in `zone` (None: here) show it,
    `2026-11-22T14:30` that day's; a time with an offset is taken as it is.

    Raises:
        ValueError: it is neither.
    """
    if not re.fullmatch(r"\d{1,2}:\d{2}", text):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else _in_zone(moment, zone)).astimezone(UTC)
    hours, minutes = (int(part) for part in text.split(":"))
    today: date = now.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    first, second = (_in_zone(datetime.combine(day, time(hours, minutes)), zone).astimezone(UTC) for day in days)
    return first if first > now else second


def _in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def _hint(name: str, known: Mapping[str, str]) -> str:
    if not known:
        return ", which names none"
    near = process.extractOne(name, list(known), scorer=Levenshtein.normalized_similarity, score_cutoff=0.5)
    return f" — did you mean '{near[0]}'?" if near else f"; it knows {', '.join(known)}"
