"""Commands about the call that an agent has: his talk does them (`ari_app/talks.py`), wherever he asks for them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import Field

from ari_app.control.commands import AgentRequest, Command, Commands
from ari_app.control.errors import Refused
from ari_app.talk.errors import TalkError
from ari_app.talks import Talk, Talks


class TargetRequest(AgentRequest):
    """`target` is `agent:NAME`, `group:NAME`, `tier:GROUP/2`, `number:+49…` or `supplier:NAME`."""

    target: str = Field(max_length=200)


class ReasonRequest(AgentRequest):
    """`reason` is for the next agent."""

    reason: str = Field(max_length=500)


Asked = TypeVar("Asked", bound=AgentRequest)


def call_commands(talks: Talks) -> Commands:
    """Each answers nothing, once it is done; `call.consult` once the target has answered."""

    def on(takes: type[Asked], do: Callable[[Talk, Asked], Awaitable[None]]) -> Command:
        async def run(request: Asked) -> None:
            talk = talks.of(request.agent)
            if talk is None:
                raise Refused("no_call", f"{request.agent} has no caller at the moment")
            try:
                await do(talk, request)
            except TalkError as error:
                raise Refused("call", str(error)) from error

        return Command(takes, run)

    return {
        "call.hold": on(AgentRequest, lambda talk, _: talk.hold()),
        "call.unhold": on(AgentRequest, lambda talk, _: talk.unhold()),
        "call.transfer": on(TargetRequest, lambda talk, asked: talk.transfer(asked.target)),
        "call.consult": on(TargetRequest, lambda talk, asked: talk.consult(asked.target)),
        "call.complete": on(AgentRequest, lambda talk, _: talk.complete()),
        "call.cancel": on(AgentRequest, lambda talk, _: talk.cancel()),
        "call.conference": on(AgentRequest, lambda talk, _: talk.conference()),
        "call.return_to_queue": on(ReasonRequest, lambda talk, asked: talk.return_to_queue(asked.reason)),
        "call.hang_up": on(AgentRequest, lambda talk, _: talk.hang_up()),
        "call.pause_recording": on(AgentRequest, lambda talk, _: talk.pause_recording()),
        "call.resume_recording": on(AgentRequest, lambda talk, _: talk.resume_recording()),
    }
