"""How values look on a page: names, numbers, times, and events in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from tickets.events import Event, Json, Kind
from tickets.numbers import for_people
from tickets.outage import PARENT_CALL
from tickets.settings import TicketsSettings
from tickets.ticket import Ticket
from tickets.viewer.words import Words, readable

# What the transcript or another event of the same moment already shows.
_NOT_IN_HISTORY = frozenset({Kind.SAID, Kind.HEARD, Kind.RECORDING_PLAYED, Kind.DIALPLAN_USED})


@dataclass(frozen=True, slots=True)
class Labels:
    """What ids of other folders are called; an id without a name is shown itself, made readable."""

    categories: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    words: str
    kind: str


class Presentation:
    """Filters of the templates, in the language of `words`."""

    def __init__(self, settings: TicketsSettings, labels: Labels, words: Words) -> None:
        self._text = words
        self._region = settings.region
        self._zone: tzinfo | None = ZoneInfo(settings.timezone) if settings.timezone else None
        self._labels = labels

    def title(self, ticket: Ticket) -> str:
        """What the caller said it is about, else what was understood (by keys), else that nothing was said."""
        if ticket.subject or not ticket.intent:
            return ticket.subject or self._text("tickets.nothing_said")
        return self.intent(ticket.intent)

    def caller(self, ticket: Ticket) -> str:
        """Who called; nobody did for the parent ticket of an outage."""
        return self._text("ticket.of_outage") if self.is_parent(ticket) else self.number(ticket.caller)

    @staticmethod
    def is_parent(ticket: Ticket) -> bool:
        """Whether it is the ticket of an outage, and not of a call."""
        return ticket.call_id.startswith(PARENT_CALL)

    def outage(self, ticket: Ticket) -> int | None:
        """The id of the outage that the ticket is about."""
        return int(ticket.call_id.removeprefix(PARENT_CALL)) if self.is_parent(ticket) else ticket.outage_id

    def number(self, caller: str) -> str:
        return for_people(caller, self._region) or self._text("ticket.withheld")

    def known(self, ticket: Ticket) -> str:
        """How we know who calls, and whether he has proved it."""
        how = self._text(f"ticket.known_by.{ticket.known_by}")
        return how if ticket.is_verified else f"{how} – {self._text('ticket.unverified')}"

    def field(self, name: str) -> str:
        """A slot's name as people read it."""
        return self._text.of_id(f"field.{name}", name)

    def edited(self, field: str) -> str:
        """What a field is called that somebody changed."""
        kind, _, slot = field.partition(":")
        return self.field(slot) if slot else self._text.of_id(f"ticket.{kind}", kind)

    def category(self, category: str | None) -> str:
        return self._labels.categories.get(category, readable(category)) if category else self._text("ticket.unknown")

    @staticmethod
    def names(ids: Iterable[str], called: Mapping[str, str]) -> str:
        """What they are called, as a list in words."""
        return ", ".join(sorted(called.get(one, readable(one)) for one in ids))

    def article(self, article: str) -> str:
        return self._labels.articles.get(article, readable(article))

    def intent(self, intent: str | None) -> str:
        """`article:<id>`, `category:<id>` or `operator` in words."""
        if not intent:
            return self._text("ticket.unknown")
        kind, _, target = intent.partition(":")
        if kind == "article" and target:
            return self.article(target)
        if kind == "category" and target:
            return self.category(target)
        return self._text.of_id(f"intent.{intent}", intent)

    def outcome(self, outcome: str) -> str:
        return self._text.of_id(f"outcome.{outcome}", outcome)

    def language(self, language: str) -> str:
        return self._text(key) if (key := f"language.{language}") in self._text else language

    @property
    def zone(self) -> tzinfo | None:
        """Whose clocks the pages show; None is that of this machine."""
        return self._zone

    def for_input(self, at: datetime | None) -> str:
        """As a field of a form for day and time takes it."""
        return f"{self.local(at):%Y-%m-%dT%H:%M}" if at else ""

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def moment(self, at: datetime) -> str:
        return self.local(at).strftime(self._text("format.moment"))

    def clock(self, at: datetime) -> str:
        return f"{self.local(at):%H:%M:%S}"

    def to_the_second(self, at: datetime) -> str:
        local = self.local(at)
        return f"{local.strftime(self._text('format.day'))} {local:%H:%M:%S}"

    def brief(self, at: datetime, now: datetime) -> str:
        """The time today, the day otherwise; the year only when it is another one."""
        then, today = self.local(at), self.local(now)
        if then.date() == today.date():
            return f"{then:%H:%M}"
        return then.strftime(self._text("format.day_and_time" if then.year == today.year else "format.day"))

    def into_call(self, at: datetime, ticket: Ticket) -> str:
        """How far into the call: `0:42`."""
        return duration((at - ticket.created_at).total_seconds())

    def call_duration(self, ticket: Ticket, now: datetime) -> str:
        return duration(((ticket.ended_at or now) - ticket.created_at).total_seconds())

    def day(self, day: date) -> tuple[datetime, datetime]:
        """The beginning of a local day and of the next, in UTC."""
        starts = (datetime.combine(day + timedelta(days=more), time()) for more in (0, 1))
        first, second = (
            start.replace(tzinfo=self._zone).astimezone(UTC) if self._zone else start.astimezone(UTC)
            for start in starts
        )
        return first, second

    def history(self, events: list[Event]) -> list[HistoryLine]:
        return [
            HistoryLine(event.at, self._words(event), event.kind)
            for event in events
            if event.kind not in _NOT_IN_HISTORY
        ]

    def _words(self, event: Event) -> str:
        key = f"event.{event.kind}"
        if event.kind == Kind.ARTICLE_TRIED:
            key += f".{event.data.get('helped')}".lower()
        if event.kind == Kind.CONTINUES and event.data.get("older") is None:
            key += ".none"
        if event.kind == Kind.DIAGNOSED:
            key += f".{event.data['verdict']}"
        if key not in self._text:
            return readable(event.kind)
        return self._text(
            key, **{name: self._word(name, value) for name, value in event.data.items()}, **self._extra(event)
        )

    def _word(self, name: str, value: Json) -> str:
        if name == "confidence" and isinstance(value, int | float):
            return self._text("ticket.sure", percent=percent(value))
        if name == "how":
            return self._text(f"ticket.known_by.{value}")
        if name == "changes" and isinstance(value, dict):
            return ", ".join(f"{self.edited(field)} → {self._edited_to(change)}" for field, change in value.items())
        if isinstance(value, dict):
            return ", ".join(f"{self.field(key)}: {entry}" for key, entry in value.items())
        if name in {"old", "new"}:
            return self._text(f"status.{value}")
        named = {"intent": self.intent, "article": self.article, "decision": self.outcome}.get(name)
        return named(str(value)) if named else str(value)

    @staticmethod
    def _edited_to(change: Json) -> str:
        return f"“{change.get('new')}”" if isinstance(change, dict) else ""

    def _extra(self, event: Event) -> dict[str, str]:
        seconds = event.data.get("seconds")
        return {"duration": duration(seconds)} if isinstance(seconds, int | float) else {}


def day_of(given: str) -> date | None:
    """`2026-11-22` as a form sends it; None of anything else."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def percent(confidence: float) -> int:
    return round(confidence * 100)


def duration(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
