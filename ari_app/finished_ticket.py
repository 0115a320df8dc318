"""The ticket of a call that a telephone here has just ended."""

import asyncio

from tickets.store import Store
from tickets.ticket import Ticket

_WITHIN_S = 10.0
_ASK_AGAIN_S = 0.2


async def finished_ticket(store: Store, sip_call_id: str) -> Ticket | None:
    """The ticket once the line has finished the call, or as it is when that takes longer than ten seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _WITHIN_S
    while True:
        ticket = await asyncio.to_thread(store.tickets.of_sip_call, sip_call_id)
        if (ticket is not None and not ticket.is_live) or loop.time() >= deadline:
            return ticket
        await asyncio.sleep(_ASK_AGAIN_S)
