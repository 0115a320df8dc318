"""Commands of supervisors who hear talks."""

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, Field

from ari_app.control.commands import AgentRequest, Command, Commands, Request
from ari_app.control.errors import Refused
from ari_app.talk.errors import NotTalking, TalkError, Unreachable
from ari_app.talk.supervision import Mode, Supervision
from ari_app.talk.supervisors import Supervisors

Result = TypeVar("Result")


class SuperviseRequest(AgentRequest):
    """`agent` is whose talk it is; `ear` where the supervisor is rung: an agent account, or a number."""

    ear: str = Field(min_length=1, max_length=100)
    mode: Mode = Mode.LISTEN


class ModeRequest(Request):
    mode: Mode


class SupervisionShape(BaseModel):
    """`by` hears the talk of `agent` at `ear`; while that still rings (`is_on` is false) he hears nothing."""

    by: str
    agent: str
    ear: str
    mode: Mode
    call_id: str
    since: datetime
    is_on: bool


class SupervisionList(BaseModel):
    supervisions: list[SupervisionShape]


def supervision_commands(supervisors: Supervisors) -> Commands:
    """`supervise.start` answers once the supervisor hears the talk (`RINGS_WITHIN_S`), `supervise.mode` once it is
    changed; both tell how it stands. `supervise.stop` answers nothing, `supervise.list` tells of all."""

    async def start(request: SuperviseRequest) -> BaseModel:
        return _shape(await _done(supervisors.start(request.agent, request.by, request.ear, request.mode)))

    async def mode(request: ModeRequest) -> BaseModel:
        return _shape(await _done(supervisors.change(request.by, request.mode)))

    async def stop(request: Request) -> None:
        await _done(supervisors.stop(request.by))

    async def listed(_: Request) -> BaseModel:
        return SupervisionList(supervisions=[_shape(one) for one in supervisors.present])

    return {
        "supervise.start": Command(SuperviseRequest, start),
        "supervise.mode": Command(ModeRequest, mode),
        "supervise.stop": Command(Request, stop),
        "supervise.list": Command(Request, listed),
    }


async def _done(doing: Awaitable[Result]) -> Result:
    try:
        return await doing
    except TalkError as error:
        codes = {NotTalking: "no_call", Unreachable: "unreachable"}
        raise Refused(codes.get(type(error), "not_now"), str(error)) from error


def _shape(one: Supervision) -> SupervisionShape:
    return SupervisionShape(
        by=one.by,
        agent=one.talk.agent,
        ear=one.ear,
        mode=one.mode,
        call_id=one.talk.call_id,
        since=one.since,
        is_on=one.is_on,
    )
