"""What is live in the web process: the floor and today's figures, followed once and told to every page.

For pages, over the hub of `tickets/viewer/live.py`; all times are aware UTC as ISO text:

- `agent` to the user whose agent account it is, at once: {"agent": AgentShape | null, "away_since", "at"}
- `glance` to desks: {"groups": [{"group", "name", "waiting", "longest_since", "ready"}], "away_since", "at"}
- `monitor`, `wallboard` to who may see the monitor: {"n", "is_whole", "parts": {element id: HTML}, "away_since", "at"}

But for `agent` they come at most twice a second. `parts` are those that have changed since message n - 1, or all of
them; each is rendered once for each language, however many look on. `n` only grows, over restarts too.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from ari_app.control.client import follow
from ari_app.control.errors import ControllerAway
from ari_app.control.shapes import AgentShape
from ari_app.outage_scope import CurrentDialplan
from ari_app.web.callers import CallerCards
from ari_app.web.group_view import GroupView, group_views
from ari_app.web.live_floor import LiveFloor
from ari_app.web.today import Today
from dialplan.loader import Dialplan
from tickets.events import Json
from tickets.metrics.queue_figures import Targets
from tickets.rights import Right
from tickets.store import StoreError
from tickets.viewer.context import Viewer
from tickets.viewer.live import ByLanguage, Message, Subscriber
from tickets.viewer.words import LANGUAGES

log = structlog.get_logger(__name__)

AT_MOST_EVERY_S = 0.5
_AT_LEAST_EVERY_S = 5.0
"""Figures of the last minutes change by themselves."""
_POLL_S = 0.4
_AGAIN_S = 1.0

Render = Callable[["Board", str], Mapping[str, str]]
"""The parts of a page in a language: HTML by the ids of their elements."""


@dataclass(slots=True)
class Page:
    """A page that is told of live: what was told last."""

    event: str
    render: Render
    n: int
    parts: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def renew(self, board: "Board") -> Mapping[str, Mapping[str, str]] | None:
        """The parts that have changed, by language; None when none has."""
        rendered = {language: self.render(board, language) for language in LANGUAGES}
        changed = {
            language: {id: html for id, html in parts.items() if self.parts.get(language, {}).get(id) != html}
            for language, parts in rendered.items()
        }
        self.parts = rendered
        return changed if any(changed.values()) else None


class Board:
    """`socket` is the controller's. It belongs to the event loop; it follows nothing before it is `running`."""

    def __init__(self, viewer: Viewer, socket: Path, current: CurrentDialplan) -> None:
        self.viewer = viewer
        self.floor = LiveFloor()
        self.today: Today | None = None
        self.dialplan: Dialplan | None = None
        self.cards = CallerCards(viewer.store)
        self.views: tuple[GroupView, ...] = ()
        self.alarms: Callable[[], tuple[str, ...]] = tuple
        """The alarms that stand now, by name."""
        self._socket = socket
        self._current = current
        self._pages: dict[str, Page] = {}
        self._told_away: datetime | None = None
        self._is_stale = True
        self._changed = asyncio.Event()
        self._with_changed_calls = asyncio.Event()
        viewer.live.greet(self._greet)

    def tell(self, event: str, render: Render) -> None:
        """`render` makes the parts of a page that is told of by `event`."""
        self._pages[event] = Page(event, render, n=int(self.viewer.now().timestamp() * 1000))

    def freshen(self) -> None:
        """For somebody who comes: while others look on, everything is fresh anyway."""
        if self._is_stale or self._changed.is_set():
            self._renew()

    def number_of(self, event: str) -> int:
        """The message up to which `parts` are fresh."""
        return self._pages[event].n

    def parts(self, event: str, language: str) -> Mapping[str, str]:
        return self._pages[event].parts.get(language, {})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        followed = (self._follow_controller, self._follow_log, self._read_cards, self._read_dialplan, self._publish)
        tasks = [asyncio.create_task(_lasting(one), name=one.__name__) for one in followed]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow_controller(self) -> None:
        try:
            async for told in follow(self._socket):
                self._tell_agents(self.floor.take(told))
                self._with_changed_calls.set()
                self._changed.set()
        except (ControllerAway, ValueError) as error:
            if self.floor.away_since is None:
                log.info("the monitor waits for the controller", why=str(error))
        if self.floor.lose(self.viewer.now()):
            self._tell_agents(self.floor.agents)
            self._changed.set()
        await asyncio.sleep(_AGAIN_S)

    async def _follow_log(self) -> None:
        now, zone = self.viewer.now(), self.viewer.present(next(iter(LANGUAGES))).zone
        try:
            if self.today is None:
                self.today = await asyncio.to_thread(Today.begin, self.viewer.store, zone, Targets(), now)
                self._changed.set()
            news = await asyncio.to_thread(self.today.read, now)
        except StoreError as error:
            log.warning("the monitor waits for the database", why=str(error))
            await asyncio.sleep(_AGAIN_S)
            return
        self.today.take(news)
        self.today = news.next_day or self.today
        if news.is_any:
            self._changed.set()
        await asyncio.sleep(_POLL_S)

    async def _read_cards(self) -> None:
        await self._with_changed_calls.wait()
        self._with_changed_calls.clear()
        calls = {*self.floor.callers, *(agent.call_id for agent in self.floor.agents.values() if agent.call_id)}
        missing = self.cards.missing(calls)
        if missing:
            with contextlib.suppress(StoreError):
                self.cards.cards |= await asyncio.to_thread(self.cards.read, missing)
            self._changed.set()

    async def _read_dialplan(self) -> None:
        """What groups, announcements and pauses are called."""
        before, self.dialplan = self.dialplan, await asyncio.to_thread(lambda: self._current.dialplan)
        if self.dialplan is not before:
            self._changed.set()
        await asyncio.sleep(_AT_LEAST_EVERY_S)

    async def _publish(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_AT_LEAST_EVERY_S):
                await self._changed.wait()
        self._changed.clear()
        hub = self.viewer.live
        if hub.anybody(_sees_monitor):
            self._renew()
        else:
            self._is_stale = True  # rendering for nobody would keep those waiting who look at their desks
        if hub.subscribers:
            self._look()
            hub.publish(Message("glance", self._glance(self.viewer.now())), _has_desk)
        await asyncio.sleep(AT_MOST_EVERY_S)

    def _look(self) -> None:
        """At the groups, as of now."""
        if self.today is not None:
            now, cards = self.viewer.now(), self.cards.cards
            self.views = tuple(group_views(self.floor, self.today, cards, self.dialplan, now))

    def _renew(self) -> None:
        """Everything as of now; who looks on is told what is new."""
        if self.today is None:
            return
        self._is_stale = False
        self._look()
        is_away_new, self._told_away = self._told_away != self.floor.away_since, self.floor.away_since
        for page in self._pages.values():
            changed = page.renew(self)
            if changed is None and not is_away_new:
                continue
            page.n += 1
            told = self._told(page, changed or {}, is_whole=False)
            self.viewer.live.publish(Message(page.event, told), _sees_monitor)

    def _greet(self, subscriber: Subscriber) -> Iterable[Message]:
        if _sees_monitor(subscriber):
            self.freshen()
        else:
            self._look()
        now, agent = self.viewer.now(), subscriber.user.agent
        if agent is not None:
            yield Message("agent", self._of_agent(self.floor.agents.get(agent), now))
        if self.today is None:
            return
        if _has_desk(subscriber):
            yield Message("glance", self._glance(now))
        if _sees_monitor(subscriber):
            for page in self._pages.values():
                yield Message(page.event, self._told(page, page.parts, is_whole=True))

    def _tell_agents(self, names: Iterable[str]) -> None:
        now = self.viewer.now()
        for name in names:
            message = Message("agent", self._of_agent(self.floor.agents.get(name), now))
            self.viewer.live.publish(message, lambda one, name=name: one.user.agent == name)  # type: ignore[misc]

    def _of_agent(self, agent: AgentShape | None, now: datetime) -> Mapping[str, Json]:
        return {"agent": agent.model_dump(mode="json") if agent is not None else None, **self._frame(now)}

    def _glance(self, now: datetime) -> ByLanguage:
        def told(language: str) -> Mapping[str, Json]:
            groups: list[Json] = [
                {
                    "group": view.group,
                    "name": view.called(language),
                    "waiting": len(view.waiting),
                    "longest_since": _iso(view.longest_since),
                    "ready": view.ready,
                }
                for view in self.views
            ]
            return {"groups": groups, **self._frame(now)}

        return ByLanguage({language: told(language) for language in LANGUAGES})

    def _told(self, page: Page, parts: Mapping[str, Mapping[str, str]], is_whole: bool) -> ByLanguage:
        frame: dict[str, Json] = {"n": page.n, "is_whole": is_whole, **self._frame(self.viewer.now())}
        return ByLanguage({each: {**frame, "parts": dict(parts.get(each, {}))} for each in LANGUAGES})

    def _frame(self, now: datetime) -> dict[str, Json]:
        return {"away_since": _iso(self.floor.away_since), "at": now.isoformat()}


async def _lasting(step: Callable[[], Awaitable[None]]) -> None:
    """Again and again; what goes wrong in it is logged, and does not end it."""
    while True:
        try:
            await step()
        except Exception:
            log.exception("the board goes on after a mistake of its own")
            await asyncio.sleep(_AGAIN_S)


def _has_desk(subscriber: Subscriber) -> bool:
    return subscriber.user.may(Right.DESK)


def _sees_monitor(subscriber: Subscriber) -> bool:
    return subscriber.user.may(Right.MONITOR_SEE)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
