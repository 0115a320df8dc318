"""Asking the controller, from another process."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ari_app.control.errors import ControllerAway, Refused
from ari_app.control.server import FOLLOW

_LONGEST_ANSWER = 16 * 1024 * 1024
ANSWERS_WITHIN_S = 10.0
RINGS_WITHIN_S = 150.0
"""For commands during which somebody's telephone rings."""


async def ask(path: Path, do: str, within_s: float = ANSWERS_WITHIN_S, **fields: Any) -> Any:
    """The result of a command; fields that are None are left out.

    Raises:
        ControllerAway: nobody answers.
        Refused: it cannot be done.
    """
    request = {"do": do, **{name: value for name, value in fields.items() if value is not None}}
    try:
        async with asyncio.timeout(within_s), _connected(path) as (reader, writer):
            writer.write(json.dumps(request).encode() + b"\n")
            line = await reader.readline()
    except (OSError, TimeoutError) as error:
        raise _away() from error
    if not line:
        raise _away()
    answer = json.loads(line)
    if not answer["ok"]:
        raise Refused(answer["code"], answer["error"])
    return answer["result"]


async def follow(path: Path) -> AsyncGenerator[dict[str, Any], None]:
    """`{"floor": …}`, then `{"changed": …}` and so on. It ends when the controller ends, or when one reads too slowly.

    Raises:
        ControllerAway: nobody answers.
    """
    try:
        async with _connected(path) as (reader, writer):
            writer.write(json.dumps({"do": FOLLOW}).encode() + b"\n")
            with contextlib.suppress(ConnectionError):
                async for line in reader:
                    yield json.loads(line)
    except OSError as error:
        raise _away() from error


@asynccontextmanager
async def _connected(path: Path) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST_ANSWER)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _away() -> ControllerAway:
    return ControllerAway("the controller does not answer: is `hotline up` running?")
