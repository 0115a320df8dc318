"""The channels of a call: the caller's, and those of who talks with him. The media leg is `ari_app/ari/media.py`.

Their ids say whose they are, so that a restarted controller can tell: the caller's is Asterisk's own, those of the
bridge and of the agents' legs are made from it.
"""

import asyncio
import uuid
from dataclasses import dataclass, field

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriRefused, ignoring_gone
from ari_app.ari.events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelVanished,
    StasisEnd,
    StasisStart,
)
from ari_app.ari.fanout import Subscription
from ari_app.ari.media import MediaLine

NORMAL_CLEARING = 16
"""Q.850: somebody hung up."""
OUT_OF_ORDER = 38
"""Q.850, network out of order: Asterisk was gone, and the call with it."""


def bridge_id(call_id: str) -> str:
    return f"call-{call_id}"


def music_bridge_id(call_id: str) -> str:
    """Where a caller is while he is on hold."""
    return f"hold-{call_id}"


def agent_id(call_id: str, agent: str) -> str:
    """A new leg's id: the same agent may be rung twice for one call."""
    return f"agent:{agent}:{call_id}:{uuid.uuid4().hex[:8]}"


def agent_of(channel_id: str) -> str | None:
    """The agent whose leg this is."""
    kind, _, rest = channel_id.partition(":")
    return rest.partition(":")[0] if kind == "agent" else None


def outside_id(call_id: str, name: str) -> str:
    """`name` without a plus: in the path of a request it would be read as a space."""
    return f"outside:{name.removeprefix('+')}:{call_id}:{uuid.uuid4().hex[:8]}"


def outside_of(channel_id: str) -> str | None:
    """The number or the supplier at the other end of this leg."""
    kind, _, rest = channel_id.partition(":")
    return rest.partition(":")[0] if kind == "outside" else None


def dialled_id(ticket: str, what: str) -> str:
    """Of a channel that we made and that takes the place of a caller's: whom we called about `ticket`, for `what`."""
    return f"dialled:{ticket}:{what}"


def ticket_of(channel_id: str) -> str | None:
    """The ticket about which we called this channel."""
    kind, _, rest = channel_id.partition(":")
    return rest.partition(":")[0] if kind == "dialled" else None


def supervisor_id(call_id: str, ear: str) -> str:
    """The leg of a supervisor at `ear`, who hears the talk of `call_id`; without a plus, as above."""
    return f"supervisor:{ear.removeprefix('+')}:{call_id}:{uuid.uuid4().hex[:8]}"


def supervision_bridge_id(leg_id: str) -> str:
    """Where the supervisor with this leg listens or whispers, or what this snoop hears is written down."""
    return f"supervision-{leg_id}"


def snoop_id(call_id: str) -> str:
    """A channel that hears another one of a call, for a supervisor or for what is written down."""
    return f"snoop:{call_id}:{uuid.uuid4().hex[:8]}"


def is_supervision(id: str) -> bool:
    """Whether this channel or bridge only listens to a talk: it is gone with who listens, and after a restart."""
    return id.startswith(("supervisor:", "snoop:", "supervision-"))


def is_party(channel_id: str) -> bool:
    """Whether it is the leg of somebody who talks with a caller, or is rung for one."""
    return channel_id.startswith(("agent:", "outside:"))


def is_ours(channel_id: str) -> bool:
    """Whether we made this channel: it is no caller's."""
    return channel_id.startswith(("agent:", "outside:", "media-")) or is_supervision(channel_id)


@dataclass(slots=True)
class CallerLeg:
    """The caller's channel. `gone` is set at hang-up, `cause` is then the Q.850 number."""

    id: str
    events: Subscription
    line: MediaLine | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    cause: int | None = None
    _early_keys: list[str] = field(default_factory=list, init=False)

    def speak_on(self, line: MediaLine) -> None:
        """The caller's sound is there; keys that were faster are not lost."""
        self.line = line
        for key in self._early_keys:
            line.press(key)
        self._early_keys.clear()

    async def follow(self) -> None:
        """Hand on keys until the caller is gone."""
        async for event in self.events:
            if isinstance(event, ChannelDtmfReceived):
                self._press(event.digit)
            elif isinstance(event, ChannelHangupRequest | ChannelDestroyed):
                self.cause = event.cause
            elif isinstance(event, ChannelVanished):
                self.cause = OUT_OF_ORDER
            if isinstance(event, StasisEnd | ChannelDestroyed | ChannelVanished) and self._is_mine(event):
                break
        self.gone.set()
        if self.line is not None:
            self.line.hang_up()

    def _press(self, key: str) -> None:
        if self.line is None:
            self._early_keys.append(key)
        else:
            self.line.press(key)

    def _is_mine(self, event: StasisEnd | ChannelDestroyed | ChannelVanished) -> bool:
        return self.id == (event.channel_id if isinstance(event, ChannelVanished) else event.channel.id)


@dataclass(slots=True)
class AgentLeg:
    """An agent's channel that was answered."""

    id: str
    agent: str
    events: Subscription

    @property
    def name(self) -> str:
        return self.agent


@dataclass(slots=True)
class OutsideLeg:
    """The channel of somebody who is no agent: `name` is the number that was dialled, or that of a supplier."""

    id: str
    name: str
    events: Subscription


@dataclass(slots=True)
class SupervisorLeg:
    """The channel of a supervisor who hears a talk. He is no party of it: it goes on and ends without him."""

    id: str
    events: Subscription


Leg = AgentLeg | OutsideLeg


async def ring_agent(
    client: AriClient, call_id: str, agent: str, endpoint: str, caller: str, ring_s: int
) -> AgentLeg | None:
    """Ring an agent's telephone at `endpoint` for at most `ring_s` seconds; None when he does not answer.

    Cancelled, it stops ringing.
    """
    id = agent_id(call_id, agent)
    events = await _ring(client, id, endpoint, f"agent,{call_id}", caller, ring_s)
    return AgentLeg(id, agent, events) if events is not None else None


async def ring_outside(
    client: AriClient, call_id: str, name: str, endpoint: str, caller: str, ring_s: int
) -> OutsideLeg | None:
    """As `ring_agent`, for somebody who is none; it shows `caller` as the number that calls."""
    id = outside_id(call_id, name)
    events = await _ring(client, id, endpoint, f"outside,{call_id}", caller, ring_s)
    return OutsideLeg(id, name, events) if events is not None else None


async def ring_supervisor(
    client: AriClient, call_id: str, ear: str, endpoint: str, agent: str, ring_s: int
) -> SupervisorLeg | None:
    """As `ring_agent`, for a supervisor who wants to hear the talk of `agent`: that name is shown to him."""
    id = supervisor_id(call_id, ear)
    events = await _ring(client, id, endpoint, f"supervisor,{call_id}", f'"Supervision: {agent}" <{agent}>', ring_s)
    return SupervisorLeg(id, events) if events is not None else None


async def _ring(
    client: AriClient, id: str, endpoint: str, app_args: str, caller: str, ring_s: int
) -> Subscription | None:
    """The events of the new channel, once it is answered."""
    events = client.follow(id)
    answered = False
    try:
        await client.channels.originate(
            endpoint=endpoint,
            channelId=id,
            app=client.settings.app,
            appArgs=app_args,
            callerId=caller,
            timeout=ring_s,
        )
        async for event in events:
            if isinstance(event, StasisStart):
                answered = True
                return events
            if isinstance(event, ChannelDestroyed | ChannelVanished):
                return None
        return None
    except AriRefused:  # not registered any more, or busy on a line of his own
        return None
    finally:
        if not answered:
            events.close()
            with ignoring_gone():
                await client.channels.hangup(channelId=id)
