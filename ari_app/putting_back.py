"""After a restart the floor is put back as it was: who talks talks, who waits waits where he did."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import structlog

from ari_app.acd.agents import WITH_A_CALLER
from ari_app.acd.queue import QueueEntry
from ari_app.acd_store import entry_of
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from ari_app.legs import AgentLeg
from ari_app.recovery import Recovered, Recovery
from ari_app.standing import Standing
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.floor import EntryRecord, FloorChange
from tickets.store import StoreError

log = structlog.get_logger(__name__)


async def put_back(exchange: Exchange, recovery: Recovery) -> None:
    """All who waited wait again, and only then is an agent rung for any of them.

    Raises:
        StoreError: the database does not answer.
    """
    saved = (await asyncio.to_thread(exchange.store.floor.load)).entries
    distributor = exchange.distributor
    put_agents_back(distributor, recovery.calls, recovery.elsewhere)
    entries = {entry.call_id: entry for entry in entries_of(distributor, recovery.calls, saved)}
    distributor.rejoin(entries.values())
    log.info("the floor is put back", waiting=len(entries))
    gone = tuple(record.call_id for record in saved if record.call_id not in entries)
    if gone:
        try:
            await asyncio.to_thread(exchange.store.floor.save, FloorChange(left=gone))
        except StoreError as error:  # whoever comes after us finds them once more, and that they are gone
            log.warning("entries of callers who are gone are left", error=str(error))


def put_agents_back(distributor: Distributor, calls: Iterable[Recovered], elsewhere: Collection[str]) -> None:
    """Whom we find talking talks; whose call ended meanwhile wraps it up from now on; nobody rings any more. Calls
    `elsewhere` are not ours to end."""
    talking = {leg.agent: call for call in calls for leg in call.talking if isinstance(leg, AgentLeg)}
    for name, call in talking.items():
        distributor.resume_talk(name, call.channel.id, call.standing.group)
    for agent in distributor.floor.agents.values():
        if agent.state in WITH_A_CALLER and agent.name not in talking and agent.call_id not in elsewhere:
            distributor.hang_up(agent.name)
        distributor.stop_ringing(agent.name)


def entries_of(
    distributor: Distributor, calls: Iterable[Recovered], saved: Iterable[EntryRecord]
) -> Iterator[QueueEntry]:
    """Who waits, with or without a telephone in his hand. Those of a group that is gone are left to their calls."""
    kept = {record.call_id: record for record in saved}
    for call in calls:
        if call.standing.is_waiting and not call.talking and call.standing.group in distributor.floor.rules:
            yield _entry(call, kept)
    for record in kept.values():
        if record.callback is not None and record.group in distributor.floor.rules:
            yield entry_of(record)


def _entry(call: Recovered, kept: Mapping[str, EntryRecord]) -> QueueEntry:
    """As he was on the floor; as his call's log has it, if he was not there yet or for another group."""
    decided, since, record = call.standing.decided, call.standing.waiting_since, kept.get(call.channel.id)
    if record is not None and record.group == call.standing.group:
        return entry_of(record)
    if not isinstance(decided, EnterQueue) or since is None:
        raise ValueError(f"call {call.channel.id} does not wait")
    return QueueEntry(
        call.channel.id, decided.group, since, decided.priority, decided.skills, decided.agent, decided.level
    )


async def complete_log(record: TicketRecord, found: Recovered) -> Standing:
    """What our end cut off is told now: an offer that came to nothing, a place in the queue that was taken."""
    standing = found.standing
    if standing.offered_to is not None and not found.talking:
        await record.refused(standing.offered_to, "interrupted")
    if isinstance(standing.decided, EnterQueue) and standing.waiting_since is None and standing.agent is None:
        await record.entered(standing.decided)
        return replace(standing, offered_to=None, waiting_since=record.now(), has_waited=True)
    return replace(standing, offered_to=None)
