"""After a restart of the controller: whom do we still have on the line, and how far had we come with him?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from ari_app.ari.errors import ignoring_gone
from ari_app.ari.events import BRIDGES, CHANNELS, Channel
from ari_app.ari.fanout import Subscription
from ari_app.ari.remote import Repository
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, agent_of, bridge_id, is_ours
from ivr.decision import Decision, EnterQueue, LeaveMessage
from tickets.events import Event, Json, Kind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A caller who was on the line before we were. `talking` is the agent he is connected with."""

    channel: Channel
    events: Subscription
    dialled: str
    decided: Decision | None
    talking: AgentLeg | None


async def callers_on_the_line(exchange: Exchange) -> list[Recovered]:
    """All callers that Asterisk holds in our application. Agents' telephones that only ring are told to stop."""
    client = exchange.client
    channels = {channel.id: channel for channel in CHANNELS.validate_python(await _listed(client.channels))}
    held = (await client.applications.get(applicationName=client.settings.app))["channel_ids"]
    bridges = {bridge.id: bridge.channels for bridge in BRIDGES.validate_python(await _listed(client.bridges))}
    found = [
        await _recover(exchange, channels[id], bridges.get(bridge_id(id), ()))
        for id in held
        if id in channels and not is_ours(id) and not client.is_followed(id)
    ]
    connected = {recovered.talking.id for recovered in found if recovered.talking is not None}
    for id in channels:
        if agent_of(id) is not None and id not in connected:
            with ignoring_gone():
                await client.channels.hangup(channelId=id)
    return found


async def _listed(repository: Repository) -> list[object]:
    return [remote.json for remote in await repository.list()]


async def _recover(exchange: Exchange, channel: Channel, bridged: tuple[str, ...]) -> Recovered:
    events = exchange.client.follow(channel.id)
    talking = next((id for id in bridged if agent_of(id) is not None), None)
    history = await asyncio.to_thread(exchange.store.events.of_call, channel.id)
    return Recovered(
        channel,
        events,
        channel.dialplan.exten,
        _last_decision(history),
        AgentLeg(talking, agent_of(talking) or "", exchange.client.follow(talking)) if talking else None,
    )


def _last_decision(history: list[Event]) -> Decision | None:
    """What the flow had decided; a decision that was carried out by talking alone (solved) needs no repeating."""
    for event in reversed(history):
        if event.kind == Kind.DECIDED:
            return _decision(event.data)
    return None


def _decision(data: Mapping[str, Json]) -> Decision | None:
    match data:
        case {"decision": EnterQueue.kind, "group": str(group), "reason": str(reason)}:
            return EnterQueue(group, reason)
        case {"decision": LeaveMessage.kind, "group": str(group)}:
            return LeaveMessage(group)
        case _:
            return None
