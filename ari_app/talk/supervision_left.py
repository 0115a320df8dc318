"""After a restart of the controller: supervision ends with the controller that served it, and nothing of it is left."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta

import structlog

from ari_app.acd.agents import SUPERVISING
from ari_app.ari.errors import AriError, ignoring_gone
from ari_app.exchange import Exchange
from ari_app.legs import is_supervision, supervision_bridge_id
from tickets.events import Event, Kind
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_LATELY = timedelta(days=1)


async def end_interrupted(exchange: Exchange) -> None:
    """Supervisors of before are released, take calls again, and the event log knows when it was over for them."""
    for agent in tuple(exchange.distributor.floor.agents.values()):
        if agent.pause == SUPERVISING:
            exchange.distributor.end_pause(agent.name)
    try:
        await _release(exchange)
    except AriError as error:
        log.warning("supervisors of before are perhaps still on the line", error=str(error))
    try:
        await asyncio.to_thread(_tell, exchange)
    except StoreError as error:
        log.error("not in the event log", kind=str(Kind.SUPERVISION_ENDED), error=str(error))


async def _release(exchange: Exchange) -> None:
    client = exchange.client
    kept: set[str] = set()
    for channel in await client.channels.list():
        if client.is_followed(channel.id):
            kept.add(supervision_bridge_id(channel.id))
        elif is_supervision(channel.id):
            with ignoring_gone():
                await client.channels.hangup(channelId=channel.id)
    for bridge in await client.bridges.list():
        if is_supervision(bridge.id) and bridge.id not in kept:
            with contextlib.suppress(AriError):
                await client.bridges.destroy(bridgeId=bridge.id)


def _tell(exchange: Exchange) -> None:
    events = exchange.store.events
    for began in _unended(exchange):
        told = {name: began.data[name] for name in ("by", "agent", "call")} | {"reason": "interrupted"}
        events.append(Kind.SUPERVISION_ENDED, exchange.now(), began.call_id, None, told)


def _unended(exchange: Exchange) -> Iterator[Event]:
    """Those that began before, and of whose end nothing is told."""
    kinds = (Kind.SUPERVISION_STARTED, Kind.SUPERVISION_ENDED)
    running: dict[object, Event] = {}
    for event in exchange.store.events.since(exchange.now() - _LATELY, kinds):
        if event.kind == Kind.SUPERVISION_STARTED:
            running[event.data["by"]] = event
        else:
            running.pop(event.data["by"], None)
    yield from running.values()
