"""What the events of one call show: which sentence meant which article, and which got no answer. Pure."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from ivr.conversation import Digits, Utterance
from ivr.record import heard_from_json
from ivr.words import Words
from tickets.events import Event, Json, Kind

ASKED_AGAIN = frozenset({"what_else", "not_helped"})
"""Open questions that are no menus."""

_CONFIRM, _EITHER = "confirm", "either"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, as the first reading of the recognizer has it."""

    text: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """`meant`: sentences with the id of the article that they were found to mean. `solved`: sentences that an agent has
    solved, when he had chosen that category. `asked`: those that got no answer."""

    meant: tuple[tuple[Said, str], ...]
    solved: tuple[tuple[Said, str], ...]
    asked: tuple[Said, ...]


@dataclass(slots=True)
class _Sentence:
    said: Said
    target: str | None = None
    is_confirmed: bool = False
    is_denied: bool = False
    """The line has asked for the wrong thing, or what it told did not help."""


def read_call(
    events: Iterable[Event], open_questions: Collection[str], words_of: Callable[[str], Words | None]
) -> Shown:
    """`events` are all of a call, or of its ticket; `open_questions` the names of those questions to which anything may
    be said; `words_of` gives the words of a language, None for one that the dialplan does not speak (any more).

    A caller shows what he means by "yes" to "Is this about …?", or by saying that the article helped; an agent by
    sending one article, or by choosing the category, when he solves the ticket. "yes" and then "it did not help" shows
    nothing but that there was no answer.
    """
    reading = _Reading(frozenset(open_questions) | ASKED_AGAIN, words_of)
    for event in events:
        reading.take(event)
    return reading.shown()


@dataclass(slots=True)
class _Reading:
    open_questions: frozenset[str]
    words_of: Callable[[str], Words | None]
    _language: str = ""
    _now: _Sentence | None = None
    _last_question: str = ""
    _is_yes: bool = False
    _sentences: list[_Sentence] = field(default_factory=list)
    _sent: list[str] = field(default_factory=list)
    _category: str = ""
    _is_solved_by_agent: bool = False

    def take(self, event: Event) -> None:
        data = event.data
        match event.kind:
            case Kind.TICKET_OPENED | Kind.LANGUAGE_CHANGED:
                self._language = str(data["language"])
            case Kind.HEARD:
                self._hear(event)
            case Kind.UNDERSTOOD:
                self._understand(str(data["intent"]))
            case Kind.ARTICLE_TRIED:
                self._try(str(data["article"]), cast(bool | None, data["helped"]))
            case Kind.DECIDED:
                self._decide(str(data.get("reason", "")))
            case Kind.ARTICLE_SENT if data.get("by"):
                self._sent += map(str, cast(list[Json], data["articles"]))
            case Kind.TICKET_EDITED:
                category = cast(dict[str, dict[str, Json]], data["changes"]).get("category")
                self._category = str(category["new"]) if category else self._category
            case Kind.STATUS_CHANGED:
                self._is_solved_by_agent = data["new"] == "solved" and bool(data.get("by"))

    def shown(self) -> Shown:
        asked = [one for one in self._sentences if not one.is_confirmed and (one.is_denied or one.target is None)]
        meant = [
            (one.said, one.target.removeprefix("article:"))
            for one in self._sentences
            if one.is_confirmed and one.target is not None and one.target.startswith("article:")
        ]
        solved: list[tuple[Said, str]] = []
        if self._is_solved_by_agent and asked:
            last = asked[-1].said
            if len(set(self._sent)) == 1:
                meant.append((last, self._sent[0]))
                asked.pop()
            elif self._category and not self._sent:
                solved.append((last, self._category))
        return Shown(tuple(meant), tuple(solved), tuple(one.said for one in asked))

    def _hear(self, event: Event) -> None:
        question = str(event.data["question"])
        heard = heard_from_json(cast(dict[str, Json], event.data["heard"]))
        words = self.words_of(self._language)
        self._last_question, self._is_yes = question, False
        if words is None:
            return
        if question in self.open_questions:
            if isinstance(heard, Utterance) and _tells_something(heard, words):
                self._now = _Sentence(Said(heard.text, self._language, event.at))
                self._sentences.append(self._now)
            elif isinstance(heard, Digits):
                self._now = None
        elif question == _CONFIRM:
            answer = words.yes_or_no(heard)
            self._is_yes = answer is True
            self._deny(answer is False)
        elif question == _EITHER:
            answer = words.yes_or_no(heard)
            self._is_yes = words.which(heard) is not None or (isinstance(heard, Digits) and answer is not None)
            self._deny(answer is False and not self._is_yes)

    def _deny(self, is_denied: bool) -> None:
        if self._now is not None and is_denied:
            self._now.is_denied = True

    def _understand(self, target: str) -> None:
        """Right after an open question, or after "yes", it is about the last sentence; else he has told another problem
        in his answer, which is no phrasing: it begins with "no", or with what he thinks of the line."""
        if self._now is None:
            return
        if self._last_question in self.open_questions or self._is_yes:
            self._now.target = target
            self._now.is_confirmed = self._is_yes
        else:
            self._now.is_denied = True
            self._now = None

    def _try(self, article: str, helped: bool | None) -> None:
        if self._now is None or self._now.target != f"article:{article}" or helped is None:
            return
        self._now.is_confirmed, self._now.is_denied = helped, not helped

    def _decide(self, reason: str) -> None:
        """Who has asked for a person has not asked a question; and what he does from now on is another matter."""
        if self._now is not None and reason == "asked" and self._now.target is None and not self._now.is_denied:
            self._sentences.remove(self._now)
        self._now = None


def _tells_something(heard: Utterance, words: Words) -> bool:
    is_command = words.command(heard) is not None or words.other_language(heard) is not None
    return not is_command and not words.says_nothing(heard.text)
