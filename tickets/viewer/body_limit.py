"""What is too large is not read: before a form is taken apart, nobody has looked at who sends it."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 11 * 1024 * 1024
"""In bytes: a file that is attached to an article, and the rest of its form."""


class BodyLimit:
    """Ends a request (413) whose body is larger, as soon as that is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced, read = int(Headers(scope=scope).get("content-length", "0")), 0

        async def receive_within() -> Message:
            nonlocal read
            if announced > LARGEST_BODY:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_within, send)
