"""What a supervisor tells all desks."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from fastapi import FastAPI

from tickets.events import Json, Kind
from tickets.rights import Right
from tickets.viewer.context import Viewer
from tickets.viewer.live import Message, Subscriber

DESK_MESSAGE = "desk_message"
"""The live event: {"by", "text", "at"}."""

_A_SHIFT = timedelta(hours=12)


class DeskMessages:
    """The last one is told again to who comes, or comes back: he may have been away when it was sent."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        last = viewer.store.events.latest([Kind.DESK_MESSAGE])
        self._last = (last.at, last.data) if last is not None else None
        viewer.live.greet(self._greet)

    async def send(self, text: str, by: str) -> None:
        """Desks that are open show it at once; the log keeps it.

        Raises:
            StoreError: it was not sent.
        """
        at, told = self._viewer.now(), {"by": by, "text": text}
        await asyncio.to_thread(self._viewer.store.events.append, Kind.DESK_MESSAGE, at, data=told)
        self._last = (at, told)
        self._viewer.live.publish(_message(at, told), _has_desk)

    def _greet(self, subscriber: Subscriber) -> Iterator[Message]:
        if self._last is not None and _has_desk(subscriber) and self._viewer.now() - self._last[0] < _A_SHIFT:
            yield _message(*self._last)


def add_desk_messages(app: FastAPI) -> None:
    """Into the viewer `app`."""
    app.state.desk_messages = DeskMessages(app.state.viewer)


def _message(at: datetime, told: Mapping[str, Json]) -> Message:
    return Message(DESK_MESSAGE, {**told, "at": at.isoformat()})


def _has_desk(subscriber: Subscriber) -> bool:
    return subscriber.user.may(Right.DESK)
