"""What comes in while people talk: whatever happens in Asterisk, and what agents want."""

import asyncio
from dataclasses import dataclass

from ari_app.legs import Leg
from ari_app.talk.commands import Command
from ari_app.talk.errors import TalkError


@dataclass(frozen=True, slots=True)
class Order:
    """`done` tells the agent that the command was carried out, or why not."""

    agent: str
    command: Command
    done: "asyncio.Future[None]"


@dataclass(frozen=True, slots=True)
class CallerGone: ...


@dataclass(frozen=True, slots=True)
class LegEnded:
    """`is_lost`: nobody hung up, the connection broke."""

    leg_id: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class TelephoneHeld:
    """The agent pressed hold at his telephone."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class TelephoneUnheld:
    leg_id: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    leg_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Rung:
    """The ringing of a consultation is over: `leg` is there if it was answered."""

    attempt: int
    leg: Leg | None


Message = Order | CallerGone | LegEnded | TelephoneHeld | TelephoneUnheld | KeyPressed | Rung


def confirm(done: "asyncio.Future[None]") -> None:
    """Who gave the command may not wait any more."""
    if not done.done():
        done.set_result(None)


def refuse(done: "asyncio.Future[None]", why: TalkError) -> None:
    if not done.done():
        done.set_exception(why)
