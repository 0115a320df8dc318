"""The command about a caller who waits: a supervisor sends him to another group."""

from pydantic import Field

from ari_app.control.commands import Command, Commands, Request
from ari_app.control.errors import Refused
from ari_app.distributor import Distributor, Move
from dialplan.explanations import did_you_mean


class MoveRequest(Request):
    call_id: str = Field(max_length=150)
    group: str = Field(max_length=100)


def caller_commands(distributor: Distributor) -> Commands:
    """`caller.move` answers nothing, at once: the floor shows him in the other group as soon as he waits there."""

    async def move(request: MoveRequest) -> None:
        _check(distributor, request)
        distributor.move(request.call_id, Move(request.group, request.by))

    return {"caller.move": Command(MoveRequest, move)}


def _check(distributor: Distributor, request: MoveRequest) -> None:
    floor = distributor.floor
    entry = floor.entries.get(request.call_id)
    if entry is None:
        raise Refused("not_waiting", "this caller does not wait (any more)")
    if entry.callback is not None:
        raise Refused("not_waiting", "he is to be called back, and does not hold the line")
    if request.group not in floor.rules:
        hint = did_you_mean(request.group, list(floor.rules))
        raise Refused("unknown_group", f"there is no group '{request.group}' — {hint}")
    if request.group == entry.group:
        raise Refused("not_now", f"he waits for {request.group} already")
    if not floor.is_staffed(request.group):
        raise Refused("not_now", f"nobody of {request.group} is there: he would wait in vain")
