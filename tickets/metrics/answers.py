"""What articles do for callers, from the event log alone: how often one is told and helps, and how many of the calls
about a thing need no agent.

- Told: once for each call. Who hangs up then has not said whether it helped: he counts for neither.
- Rated: by a user on the article's page; his last word counts.
- Contained: the call is over, and ended as solved without an agent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from tickets.events import Event, Kind
from tickets.metrics.contacts import Contact, contact_after
from tickets.metrics.ratios import share

Key = tuple[str, str]
"""An article: its language and its id."""

COUNTED = (
    Kind.TICKET_OPENED,
    Kind.LANGUAGE_CHANGED,
    Kind.ARTICLE_TRIED,
    Kind.ARTICLE_RATED,
    Kind.QUEUE_ANSWERED,
    Kind.STATUS_CHANGED,
    Kind.CALL_FINISHED,
)
"""The kinds of events that are looked at."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Of `calls` that are over, `contained` ended as solved without an agent. The article was told in `told` calls; so
    often callers said that it had `helped`, or had not. So many users have `rated` it on its page, and `liked` it."""

    calls: int = 0
    contained: int = 0
    told: int = 0
    helped: int = 0
    not_helped: int = 0
    rated: int = 0
    liked: int = 0

    @property
    def containment(self) -> float | None:
        return share(self.contained, self.calls)

    @property
    def judged(self) -> int:
        """By callers and users: how often somebody has said whether it helps."""
        return self.helped + self.not_helped + self.rated

    @property
    def help_rate(self) -> float | None:
        return share(self.helped + self.liked, self.judged)


@dataclass(frozen=True, slots=True)
class Effect:
    """The same figures for the calls that began before a moment, and since then."""

    before: Answers
    after: Answers


@dataclass(slots=True)
class _Call:
    contact: Contact
    language: str
    told: dict[Key, bool | None] = field(default_factory=dict)


@dataclass(slots=True)
class AnswerLog:
    """Takes events in the order of the log."""

    _calls: dict[str, _Call] = field(default_factory=dict)
    _ratings: dict[Key, list[tuple[datetime, str, bool]]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        data = event.data
        if event.kind == Kind.ARTICLE_RATED:
            rated = self._ratings.setdefault((str(data["language"]), str(data["article"])), [])
            rated.append((event.at, str(data["by"]), bool(data["helped"])))
        elif event.call_id is not None:
            self._take(event, event.call_id)

    def by_article(self) -> dict[Key, Answers]:
        """Of every article that was told or rated."""
        calls: dict[Key, list[_Call]] = {key: [] for key in self._ratings}
        for call in self._calls.values():
            for key in call.told:
                calls.setdefault(key, []).append(call)
        return {key: _answers(of_key, key, self._ratings.get(key, ())) for key, of_key in calls.items()}

    def effect(self, key: Key | None, calls: Collection[str], at: datetime) -> Effect:
        """Of the calls that were told the article, and of `calls` beside."""
        about = [call for id, call in self._calls.items() if id in calls or (key is not None and key in call.told)]
        ratings = self._ratings.get(key, []) if key is not None else []
        before, after = (
            _answers(
                [call for call in about if (call.contact.began_at >= at) is is_after],
                key,
                [rating for rating in ratings if (rating[0] >= at) is is_after],
            )
            for is_after in (False, True)
        )
        return Effect(before, after)

    def _take(self, event: Event, call_id: str) -> None:
        data = event.data
        if event.kind == Kind.TICKET_OPENED:
            self._calls[call_id] = _Call(Contact(event.at), str(data["language"]))
        call = self._calls.get(call_id)
        if call is None:
            return
        if event.kind == Kind.LANGUAGE_CHANGED:
            call.language = str(data["language"])
        elif event.kind == Kind.ARTICLE_TRIED:
            key = call.language, str(data["article"])
            call.told[key] = cast(bool | None, data["helped"]) if data["helped"] is not None else call.told.get(key)
        else:
            call.contact = contact_after(call.contact, event, is_in_contact=not call.contact.is_over)


def answers_in(events: Iterable[Event]) -> AnswerLog:
    log = AnswerLog()
    for event in events:
        log.take(event)
    return log


def _answers(calls: Iterable[_Call], key: Key | None, ratings: Iterable[tuple[datetime, str, bool]]) -> Answers:
    counted = Answers()
    for call in calls:
        if call.contact.is_over:
            is_contained = call.contact.is_solved_at_once and not call.contact.had_agent
            counted = replace(counted, calls=counted.calls + 1, contained=counted.contained + is_contained)
        if key is not None and key in call.told:
            helped = call.told[key]
            counted = replace(
                counted,
                told=counted.told + 1,
                helped=counted.helped + (helped is True),
                not_helped=counted.not_helped + (helped is False),
            )
    last: Mapping[str, bool] = {by: helped for _, by, helped in ratings}
    return replace(counted, rated=len(last), liked=sum(last.values()))
