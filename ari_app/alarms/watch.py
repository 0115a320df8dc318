"""Alarms while the line runs: measured every few seconds, sent, and told to the event log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

import structlog

from ari_app.alarms.rules import MONITOR, Measured, Notice, Standing, Standings, look
from ari_app.racing import meanwhile
from dialplan.monitor import Alarm, MonitorFile, Receiver, Told
from tickets.events import Event, Json, Kind
from tickets.notify import Notifier, Way
from tickets.store import EventStore, StoreError
from tickets.viewer.words import load_words

LOOK_EVERY_S = 5.0
TEXTS = Path(__file__).with_name("texts")
_REMEMBERED = timedelta(days=1)
"""So long an alarm that stands is known after a restart."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Floor:
    """What the watch is given: the rules as they are now (None while there is no good dialplan), what is measured, how
    groups are called in a language, and the language of who asks for none."""

    rules: Callable[[], MonitorFile | None]
    measured: Measured
    named: Callable[[Alarm, str], str]
    language: Callable[[], str]


class AlarmWatch:
    """`zone` is whose clock quiet hours mean (None: this machine's); `now` gives aware UTC times."""

    def __init__(
        self, floor: Floor, events: EventStore, notifier: Notifier, zone: tzinfo | None, now: Callable[[], datetime]
    ) -> None:
        self._floor = floor
        self._events = events
        self._notifier = notifier
        self._zone = zone
        self._now = now
        self._standings: Standings | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with meanwhile(self._watch(), "alarms"):
            yield

    @property
    def standing(self) -> tuple[str, ...]:
        """The alarms that stand now, for the monitor."""
        known = self._standings or {}
        return tuple(alarm for (alarm, receiver), one in known.items() if receiver == MONITOR and one.told_at)

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except StoreError as error:
                log.warning("alarms wait for the database", why=str(error))
            except Exception:
                log.exception("the alarms go on after a mistake of their own")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Measure once, and tell what is to be told.

        Raises:
            StoreError: the database does not answer, and what was told before this process started is not known.
        """
        rules = self._floor.rules()
        if rules is None:
            return
        if self._standings is None:
            self._standings = await asyncio.to_thread(self._remembered)
        after, notices = look(rules, self._standings, self._floor.measured, self._now(), self._local)
        # Before anything is sent: whatever goes wrong on the way, nobody is told the same every few seconds.
        self._standings = after
        for notice in notices:
            await self._tell(rules, notice)

    async def _tell(self, rules: MonitorFile, notice: Notice) -> None:
        alarm, receiver = rules.alarms[notice.alarm], rules.receivers.get(notice.receiver)
        sent, failed = await self._send(alarm, receiver, notice) if receiver else ([], [])
        data: dict[str, Json] = {
            "alarm": notice.alarm,
            "receiver": notice.receiver,
            "value": notice.value,
            "limit": notice.limit,
            "is_over": notice.is_over,
            "sent": list(sent),
            "failed": list(failed),
        }
        try:
            await asyncio.to_thread(self._events.append, Kind.ALARM_TOLD, self._now(), None, None, data)
        except StoreError as error:
            log.error("not in the event log", kind=str(Kind.ALARM_TOLD), error=str(error), **data)

    async def _send(self, alarm: Alarm, receiver: Receiver, notice: Notice) -> tuple[list[str], list[str]]:
        """By which of his ways the message went, and by which it did not."""
        language = receiver.language or self._floor.language()
        text = self._words(alarm, notice, language)
        sent: list[str] = []
        failed: list[str] = []
        for way, address in _addresses(receiver, alarm.to[notice.receiver]):
            (sent if await self._notifier.send(way, address, text) else failed).append(way)
        return sent, failed

    def _words(self, alarm: Alarm, notice: Notice, language: str) -> str:
        known = {"value": f"{notice.value:g}", "limit": f"{notice.limit:g}"}
        text = alarm.text[language].format(**known, groups=self._floor.named(alarm, language))
        key = "alarm.over" if notice.is_over else "alarm.stands"
        return load_words(language, (TEXTS,))(key, name=alarm.name[language], text=text)

    def _local(self, at: datetime) -> time:
        return at.astimezone(self._zone).time()

    def _remembered(self) -> Standings:
        """What was told before this process started."""
        return dict(_standing_after(self._events.since(self._now() - _REMEMBERED, (Kind.ALARM_TOLD,))))


def _addresses(receiver: Receiver, told: Told) -> Iterator[tuple[Way, str]]:
    known: tuple[tuple[Way, str | None], ...] = (
        ("email", receiver.email),
        ("sms", receiver.mobile),
        ("webhook", receiver.webhook),
    )
    return ((way, address) for way, address in known if address and (not told.by or way in told.by))


def _standing_after(events: Iterator[Event]) -> Iterator[tuple[tuple[str, str], Standing]]:
    for event in events:
        key = (str(event.data["alarm"]), str(event.data["receiver"]))
        is_over = bool(event.data["is_over"])
        yield key, Standing(not is_over, event.at, None if is_over else event.at, (event.at,))
