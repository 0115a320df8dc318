"""Calls that we had placed before a restart of the controller, and that Asterisk still holds."""

import asyncio
import contextlib
from dataclasses import replace

from ari_app.ari.errors import AriError
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg, bridge_id, ticket_of
from ari_app.putting_back import complete_log
from ari_app.recovery import Recovered
from ari_app.session import CallSession
from ivr.conversation import Call
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.events import Kind
from tickets.ticket import Ticket


async def resume_outbound(exchange: Exchange, found: Recovered) -> None:
    """After a restart: who talks goes on talking, and who waits for an agent waits. With anybody else we had not yet
    come so far: he is let go, and what wanted him tries again."""
    call_id, standing, talking = found.channel.id, found.standing, found.talking
    if not (talking or found.is_held or standing.is_waiting or standing.is_handed_on):
        found.events.close()
        with contextlib.suppress(AriError):
            await exchange.client.channels.hangup(channelId=call_id)
        with contextlib.suppress(AriError):
            await exchange.client.bridges.destroy(bridgeId=bridge_id(call_id))
        return
    ticket = await asyncio.to_thread(exchange.store.tickets.get, ticket_of(call_id) or "")
    record = TicketRecord(exchange.store, ticket.number, exchange.now, ticket.language)
    await record.resumed()
    standing = await complete_log(record, found)
    if not standing.group:
        standing = replace(standing, decided=_queue(exchange, found))
    number = await asyncio.to_thread(_dialled_number, exchange, ticket)
    call = Call(call_id, number, "", ticket.language, exchange.now())
    edition, leg = exchange.editions.current, CallerLeg(call_id, found.events)
    await CallSession(exchange, edition, call, leg, record, standing, talking, found.is_held).run()


def _queue(exchange: Exchange, found: Recovered) -> EnterQueue:
    """The one for whose agents this was: by the agent who has him."""
    floor = exchange.distributor.floor
    agents = (floor.agents.get(leg.agent) for leg in found.talking if isinstance(leg, AgentLeg))
    groups = (agent.group for agent in agents if agent is not None and agent.group in floor.rules)
    return EnterQueue(next(groups, None) or exchange.editions.current.dialplan.group_of(None), "resumed")


def _dialled_number(exchange: Exchange, ticket: Ticket) -> str:
    history = exchange.store.events.of_ticket(ticket.number)
    dialled = (str(event.data["number"]) for event in reversed(history) if event.kind == Kind.NUMBER_DIALLED)
    return next(dialled, ticket.caller)
