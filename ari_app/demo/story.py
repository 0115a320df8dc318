"""The story of the calls as it happens, told from the event log."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from tickets.events import Event, Kind
from tickets.store import Store
from tickets.ticket import Ticket, Turn

_ASK_AGAIN_S = 0.25
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue")


@dataclass(slots=True)
class Story:
    """Follows the log of `store` from `since` on; `names` maps callers' numbers to names."""

    store: Store
    names: Mapping[str, str]
    console: Console
    since: int
    _told: dict[str, int] = field(default_factory=dict, init=False)
    _tickets: dict[str, Ticket] = field(default_factory=dict, init=False)

    async def follow(self) -> None:
        """Until cancelled; then what is left is told."""
        try:
            while True:
                await asyncio.to_thread(self._catch_up)
                await asyncio.sleep(_ASK_AGAIN_S)
        finally:
            self._catch_up()

    def _catch_up(self) -> None:
        for event in self.store.events.after(self.since):
            self.since = event.id
            if event.ticket is not None:
                self._tell(event, event.ticket)

    def _tell(self, event: Event, number: str) -> None:
        if event.kind in (Kind.SAID, Kind.HEARD):
            turns = self.store.tickets.transcript(number)
            for turn in turns[self._told.get(number, 0) :]:
                self._line(event, number, _as_said(turn), dim=turn.who == "line")
            self._told[number] = len(turns)
        elif (words := _WORDS.get(event.kind)) is not None:
            self._line(event, number, words(event.data))

    def _line(self, event: Event, number: str, words: str, dim: bool = False) -> None:
        if number not in self._tickets:
            self._tickets[number] = self.store.tickets.get(number)
        caller = self._tickets[number].caller
        colour = _COLOURS[list(self._tickets).index(number) % len(_COLOURS)]
        line = Text(f"{event.at.astimezone():%H:%M:%S}  ", style="dim")
        line.append(f"{self.names.get(caller, caller):<6} ", style=f"bold {colour}")
        line.append(words, style="dim" if dim else "")
        self.console.print(line)


def _as_said(turn: Turn) -> str:
    if turn.keys:
        return f"presses {turn.keys}"
    sure = "" if turn.confidence is None else f"  ({turn.confidence:.0%} sure of the words)"
    return f"{'the line: ' if turn.who == 'line' else 'says: '}“{turn.text}”{sure}"


def _understood(data: Mapping[str, object]) -> str:
    sure = data.get("confidence")
    share = f", {sure:.0%} sure" if isinstance(sure, float) else ""
    return f"→ understood: {data.get('intent')} (category {data.get('category')}{share})"


def _tried(data: Mapping[str, object]) -> str:
    helped = data.get("helped")
    if helped is None:
        return f"→ hears the article {data.get('article')}"
    return f"→ the article {data.get('article')} {'helped' if helped else 'did not help'}"


_WORDS: dict[str, Callable[[Mapping[str, object]], str]] = {
    Kind.TICKET_OPENED: lambda data: f"☎ calls {data.get('dialled')}: a ticket is opened",
    Kind.UNDERSTOOD: _understood,
    Kind.ARTICLE_TRIED: _tried,
    Kind.DECIDED: lambda data: f"→ decided: {data.get('decision')}",
    Kind.QUEUE_OFFERED: lambda data: f"→ {data.get('agent')} rings",
    Kind.QUEUE_ANSWERED: lambda data: f"→ {data.get('agent')} answers: they talk",
    Kind.CALL_FINISHED: lambda _: "call ended",
}
