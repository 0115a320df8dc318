"""The command with which an agent calls somebody: a number, or the caller of a ticket."""

from pydantic import Field

from ari_app.control.commands import AgentRequest, Command, Commands
from ari_app.control.errors import Refused
from ari_app.outgoing.dialling import NotAllowed
from ari_app.outgoing.placed_calls import CannotCall, PlacedCalls
from tickets.store import StoreError


class DialRequest(AgentRequest):
    """Without a number it is that of the ticket's caller; without a ticket a new one is opened."""

    number: str | None = Field(None, max_length=40)
    ticket: str | None = Field(None, max_length=20)


def dialling_commands(calls: PlacedCalls) -> Commands:
    """`call.dial` answers nothing, once the agent's own telephone begins to ring."""

    async def dial(request: DialRequest) -> None:
        try:
            number = request.number or await calls.number_of(request.ticket)
            await calls.call(request.agent, number, request.ticket)
        except NotAllowed as error:
            raise Refused("not_allowed", str(error)) from error
        except (CannotCall, StoreError) as error:
            raise Refused("call", str(error)) from error

    return {"call.dial": Command(DialRequest, dial)}
