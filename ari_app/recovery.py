"""After a restart of the controller: whom do we still have on the line, and whose call ended without us?"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from ari_app.ari.errors import AriError, NotFound, ignoring_gone
from ari_app.ari.events import BRIDGES, CHANNELS, Channel
from ari_app.ari.fanout import Subscription
from ari_app.ari.remote import Repository
from ari_app.exchange import Exchange
from ari_app.fallback.queue_log import Course, shorten
from ari_app.fallback.taking_over import courses, record_course
from ari_app.legs import (
    AgentLeg,
    Leg,
    OutsideLeg,
    agent_of,
    bridge_id,
    is_ours,
    is_party,
    music_bridge_id,
    outside_of,
    ticket_of,
)
from ari_app.pbx.configuration import queue_log_of
from ari_app.recording import call_recorder
from ari_app.standing import Standing, read_standing
from ivr.record import TicketRecord
from tickets.store import Store
from tickets.ticket import Ticket

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A caller who was on the line before we were. `talking` are those whom he is connected with, whose ticket it is
    first; `is_held`: he hears music."""

    channel: Channel
    events: Subscription
    standing: Standing
    talking: tuple[Leg, ...] = ()
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Recovery:
    """`calls` are the callers whom Asterisk holds in our application, `elsewhere` the ids of all its other channels;
    `gone` are the tickets of callers who have hung up meanwhile."""

    calls: tuple[Recovered, ...]
    elsewhere: frozenset[str]
    gone: tuple[Ticket, ...]


async def recover(exchange: Exchange) -> Recovery:
    """What there is. Telephones that only ring, agents' and those that we have dialled, are told to stop."""
    client = exchange.client
    # In this order: a caller who is in neither listing, but has a live ticket, has hung up.
    live = await asyncio.to_thread(exchange.store.tickets.live)
    channels = {channel.id: channel for channel in CHANNELS.validate_python(await _listed(client.channels))}
    held = (await client.applications.get(applicationName=client.settings.app))["channel_ids"]
    bridges = {bridge.id: bridge.channels for bridge in BRIDGES.validate_python(await _listed(client.bridges))}
    callers = [channels[id] for id in held if id in channels and not is_ours(id) and not client.is_followed(id)]
    standings = await asyncio.to_thread(_standings, exchange.store, [channel.id for channel in callers])
    found = await asyncio.gather(*(_recover(exchange, channel, bridges, standings[channel.id]) for channel in callers))
    await _stop_ringing(exchange, channels, found, held)
    called = {ticket_of(id) for id in channels}
    gone = tuple(ticket for ticket in live if ticket.call_id not in channels and ticket.number not in called)
    return Recovery(tuple(found), frozenset(channels).difference(held), gone)


async def finish(exchange: Exchange, gone: Sequence[Ticket]) -> None:
    """Tickets whose callers have hung up are finished."""
    known = await courses(exchange) if gone else {}
    for ticket in gone:
        await _finish(exchange, ticket, known.get(ticket.call_id))
    await asyncio.to_thread(shorten, queue_log_of(exchange.settings.asterisk_dir))


async def _listed(repository: Repository) -> list[object]:
    return [remote.json for remote in await repository.list()]


def _standings(store: Store, call_ids: Iterable[str]) -> dict[str, Standing]:
    """All in one go: agents are waiting for it."""
    return {id: read_standing(store, id) for id in call_ids}


async def _recover(
    exchange: Exchange, channel: Channel, bridges: Mapping[str, tuple[str, ...]], standing: Standing
) -> Recovered:
    events = exchange.client.follow(channel.id)
    is_held = channel.id in bridges.get(music_bridge_id(channel.id), ())
    legs = [await _leg(exchange, id) for id in bridges.get(bridge_id(channel.id), ()) if is_party(id)]
    talking = sorted((leg for leg in legs if leg is not None), key=lambda leg: leg.name != standing.agent)
    return Recovered(channel, events, standing, tuple(talking), is_held)


async def _leg(exchange: Exchange, channel_id: str) -> Leg | None:
    """The leg, followed; None when he has hung up meanwhile."""
    events, agent, outside = exchange.client.follow(channel_id), agent_of(channel_id), outside_of(channel_id)
    leg: Leg = AgentLeg(channel_id, agent, events) if agent else OutsideLeg(channel_id, outside or "", events)
    try:
        await exchange.client.channels.get(channelId=channel_id)
    except NotFound:
        leg.events.close()
        return None
    return leg


async def _stop_ringing(
    exchange: Exchange, channels: Mapping[str, Channel], found: Sequence[Recovered], held: Collection[str]
) -> None:
    async def stop(id: str) -> None:
        with ignoring_gone():
            await exchange.client.channels.hangup(channelId=id)

    connected = {leg.id for recovered in found for leg in recovered.talking}
    stopped = (
        id
        for id in channels
        if (is_party(id) and id not in connected) or (ticket_of(id) is not None and id not in held)
    )
    await asyncio.gather(*(stop(id) for id in stopped))


async def _finish(exchange: Exchange, ticket: Ticket, course: Course | None) -> None:
    """The end of a call that nobody here saw."""
    log.info("call ended while we were away", call=ticket.call_id)
    record = TicketRecord(exchange.store, ticket.number, exchange.now, ticket.language)
    if course is not None:
        record = await record_course(exchange, record, ticket.call_id, course)
    standing = await asyncio.to_thread(read_standing, exchange.store, ticket.call_id)
    if standing.is_waiting:
        await record.abandoned()
    await call_recorder(exchange, ticket.call_id, record).finish()
    for bridge in (bridge_id(ticket.call_id), music_bridge_id(ticket.call_id)):
        with contextlib.suppress(AriError):
            await exchange.client.bridges.destroy(bridgeId=bridge)
    await record.finished()
