"""The stream that keeps all pages of a browser fresh, and whether its login still stands."""

import asyncio
import json
from collections.abc import AsyncIterable

from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from tickets.accounts import User
from tickets.viewer.access import Context, LoginNeeded, SignedIn, logged_in
from tickets.viewer.languages import language_of
from tickets.viewer.live import Message, StreamEnded
from tickets.viewer.words import LANGUAGES

router = APIRouter(include_in_schema=False)

PING_S = 10.0
"""So often a page is told that the connection stands, at the least, and its login is looked at again."""


@router.get("/live", response_class=EventSourceResponse)
async def live(
    request: Request, viewer: Context, visitor: SignedIn, after: int = 0, language: str = ""
) -> AsyncIterable[ServerSentEvent]:
    """What `tickets.viewer.live` tells. `after` is the last event of the log that the page has seen, `language` that of
    the page."""
    resumed = request.headers.get("last-event-id", "")
    since = int(resumed) if resumed.isascii() and resumed.isdigit() else after
    clock = asyncio.get_running_loop().time
    checked = clock()
    read_in = language if language in LANGUAGES else language_of(request)
    async with viewer.live.subscribed(visitor.user, read_in, since) as subscriber:
        yield _ping()
        while True:
            try:
                yield _sent(await subscriber.next(PING_S), subscriber.language)
            except TimeoutError:
                yield _ping()
            except StreamEnded:
                return
            if clock() - checked >= PING_S:
                if not await asyncio.to_thread(_may_still, request, visitor.user):
                    return
                checked = clock()


@router.get("/session")
def session(visitor: SignedIn) -> Response:
    """204 while the login stands: a page whose stream was refused asks."""
    return Response(status_code=204)


def _may_still(request: Request, user: User) -> bool:
    """Whether the login stands, and `user` may do what he might: who gets another role begins anew."""
    try:
        now = logged_in(request).user
    except LoginNeeded:
        return False
    return (now.role, now.agent) == (user.role, user.agent)


def _sent(message: Message, language: str) -> ServerSentEvent:
    data = json.dumps(message.read_in(language), ensure_ascii=False)
    return ServerSentEvent(raw_data=data, event=message.event, id=None if message.id is None else str(message.id))


def _ping() -> ServerSentEvent:
    return ServerSentEvent(raw_data="{}", event="ping", retry=1000)
