"""A caller in a queue: he hears music, agents are rung one after the other, the first who answers gets him."""

import asyncio
from datetime import datetime

import structlog

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.distributor import Place
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg, CallerLeg, ring_agent
from ari_app.racing import beside, unless_gone
from ivr.conversation import Call, CallerHungUp, Prompt
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from ivr.speech.conversation import AudioConversation

log = structlog.get_logger(__name__)


async def wait_in_queue(
    exchange: Exchange,
    call: Call,
    record: TicketRecord,
    caller: CallerLeg,
    conversation: AudioConversation,
    decision: EnterQueue,
    since: datetime,
) -> AgentLeg | None:
    """The agent who answered, or None when nobody is logged in (any more). `since` is when the caller began to wait.

    Raises:
        CallerHungUp: the caller did not wait any longer, or his sound was lost.
    """
    if not exchange.distributor.is_staffed(decision.group):
        await record.left_queue("nobody")
        return None
    place = exchange.distributor.join(
        QueueEntry(call.id, decision.group, since, decision.priority, decision.skills, decision.agent)
    )
    over = asyncio.Event()
    holding = asyncio.create_task(
        conversation.hold(Prompt("queue.wait", conversation.language), exchange.hold_music, over),
        name=f"hold {call.id}",
    )
    try:
        leg = await beside(_ring_until_answered(exchange, call, record, place, caller), holding)
        if leg is None:
            await record.left_queue("nobody")
        return leg
    except CallerHungUp:
        if caller.gone.is_set():
            await record.abandoned()
        raise
    finally:
        exchange.distributor.leave(place)
        over.set()
        await asyncio.gather(holding, return_exceptions=True)


async def _ring_until_answered(
    exchange: Exchange, call: Call, record: TicketRecord, place: Place, caller: CallerLeg
) -> AgentLeg | None:
    """The agent who answered, or None when all have gone.

    Raises:
        CallerHungUp: before any agent answered.
    """
    while True:
        offer = await unless_gone(place.next_offer(), caller.gone)
        if offer is None:
            return None
        leg = await unless_gone(_ring(exchange, call, record, place, offer), caller.gone)
        if leg is not None:
            return leg


async def _ring(exchange: Exchange, call: Call, record: TicketRecord, place: Place, offer: Offer) -> AgentLeg | None:
    await record.offered(offer.agent)
    log.info("ringing", agent=offer.agent)
    ring_s = exchange.distributor.group(place.group).ring_s
    leg = await ring_agent(exchange.client, call.id, offer.agent, call.caller, ring_s)
    if leg is None:
        exchange.distributor.refuse(offer)
        await record.refused(offer.agent, "no answer")
    else:
        exchange.distributor.answer(offer)
    return leg
