"""What can be asked of the controller: a table of commands, each with the shape of its request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ari_app.control.errors import Refused
from dialplan.explanations import did_you_mean

log = structlog.get_logger(__name__)


class Request(BaseModel):
    """`by` is who asks, as the log shall name him."""

    model_config = ConfigDict(extra="forbid")

    do: str
    by: str = Field("somebody", max_length=200)


class AgentRequest(Request):
    agent: str = Field(max_length=100)


@dataclass(frozen=True, slots=True)
class Command:
    """`run` gets the request as `takes` has read it; it returns a shape, or None when there is nothing to tell.

    What it cannot do it says with Refused."""

    takes: type[Request]
    run: Callable[[Any], Awaitable[BaseModel | None]]


Commands = Mapping[str, Command]


async def carry_out(commands: Commands, asked: Any) -> dict[str, Any]:
    """The answer to a request, whatever it is."""
    try:
        result = await _run(commands, asked)
    except Refused as refused:
        return {"ok": False, "code": refused.code, "error": str(refused)}
    except Exception:
        # Its name alone: what it was given may hold telephone numbers. It has one, or it had been refused.
        log.exception("a command failed", do=asked["do"])
        return {"ok": False, "code": "failed", "error": "the controller failed: its log says why"}
    return {"ok": True, "result": result.model_dump(mode="json") if result is not None else None}


async def _run(commands: Commands, asked: Any) -> BaseModel | None:
    name = asked.get("do") if isinstance(asked, dict) else None
    if not isinstance(name, str):
        raise Refused("bad_request", 'a request is {"do": …}, and what that needs')
    command = commands.get(name)
    if command is None:
        raise Refused("bad_request", f"there is no command '{name}' — {did_you_mean(name, list(commands))}")
    try:
        request = command.takes.model_validate(asked)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Refused("bad_request", f"{name}: {told}") from error
    return await command.run(request)
