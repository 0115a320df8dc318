"""Calls that agents place: to a number, or to the caller of a ticket. The agent's own telephone rings first."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog

from ari_app.acd.agents import Agent, AgentState
from ari_app.agents.telephones import endpoint_of
from ari_app.ari.errors import AriError
from ari_app.exchange import Exchange
from ari_app.legs import dialled_id, ring_agent
from ari_app.outgoing.dialling import NotAllowed
from ari_app.outgoing.outbound import OutboundCall, Unreached
from dialplan.explanations import did_you_mean
from ivr.decision import EnterQueue
from ivr.record import TicketRecord
from tickets.store import StoreError
from tickets.ticket import Ticket

log = structlog.get_logger(__name__)

_FREE = (AgentState.READY, AgentState.WRAP_UP, AgentState.RESTING)


class CannotCall(Exception):
    """The agent cannot place a call just now; the text tells him why."""


class AsPlanned:
    """As `Course`: nobody else is concerned."""

    async def begins(self) -> None:
        return

    async def reached(self) -> None:
        return


@dataclass(slots=True)
class PlacedCalls:
    """Made by `placing_calls`, which ends what still rings; who talks goes on talking."""

    exchange: Exchange
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def call(self, agent: str, number: str, ticket: str | None) -> None:
        """Returns while the agent's telephone begins to ring. He may pause or wrap up, but not have a call. Without a
        ticket, one is opened once he has answered.

        Raises:
            CannotCall: he is unknown, not there, or has a call.
            NotAllowed: the number may not be dialled.
            StoreError: there is no such ticket, or the database does not answer.
        """
        self._free(agent)
        about = await asyncio.to_thread(self.exchange.store.tickets.get, ticket) if ticket else None
        dialled = await self.exchange.dialling.check(number)
        group = self._group(self._free(agent))
        what = uuid.uuid4().hex[:8]
        self.exchange.distributor.resume_talk(agent, f"dialling-{what}", group)
        task = asyncio.create_task(self._placed(agent, group, dialled, about, what), name=f"call of {agent}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def number_of(self, ticket: str | None) -> str:
        """That of its caller.

        Raises:
            CannotCall: there is none.
            StoreError: there is no such ticket, or the database does not answer.
        """
        if ticket is None:
            raise CannotCall("whom? Name a number or a ticket")
        about = await asyncio.to_thread(self.exchange.store.tickets.get, ticket)
        if not about.caller:
            raise CannotCall(f"the caller of ticket {ticket} did not show his number")
        return about.caller

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _placed(self, agent: str, group: str, number: str, about: Ticket | None, what: str) -> None:
        try:
            await self._place(agent, group, number, about, what)
        except (Unreached, NotAllowed) as error:
            log.info("an agent's call was not answered", agent=agent, reason=str(error))
        except (AriError, StoreError) as error:
            log.warning("an agent's call failed", agent=agent, error=str(error))
        except Exception:
            log.exception("an agent's call failed", agent=agent)

    async def _place(self, agent: str, group: str, number: str, about: Ticket | None, what: str) -> None:
        exchange, distributor = self.exchange, self.exchange.distributor
        leg, is_given_to_call = None, False
        try:
            endpoint, ring_s = endpoint_of(exchange, agent), distributor.group(group).ring_s
            leg = await ring_agent(exchange.client, what, agent, endpoint, number, ring_s)
            if leg is None:
                return
            ticket = about or await self._open(number, what)
            call_id = dialled_id(ticket.number, what)
            distributor.resume_talk(agent, call_id, group)
            record = TicketRecord(exchange.store, ticket.number, exchange.now, ticket.language)
            is_given_to_call = True
        finally:
            if not is_given_to_call:
                distributor.hang_up(agent)
                if leg is not None:
                    with contextlib.suppress(AriError):
                        await exchange.client.channels.hangup(channelId=leg.id)
        call = OutboundCall(
            exchange=exchange,
            edition=exchange.editions.current,
            record=record,
            id=call_id,
            number=number,
            purpose="call",
            queue=EnterQueue(group, "call", agent=agent),
            course=AsPlanned(),
        )
        try:
            await call.from_agent(leg)
        except (Unreached, NotAllowed):
            if about is None:
                await record.finished()
            raise

    async def _open(self, number: str, what: str) -> Ticket:
        """The ticket of a call that has none."""
        exchange = self.exchange
        language = exchange.editions.current.dialplan.menus.languages[0]
        opening = (f"dialling-{what}", "", number, "", language, exchange.now())
        return await asyncio.to_thread(exchange.store.tickets.open_for_call, *opening)

    def _free(self, name: str) -> Agent:
        distributor = self.exchange.distributor
        if name not in distributor.agents:
            raise CannotCall(f"there is no agent '{name}' — {did_you_mean(name, distributor.agents)}")
        agent = distributor.floor.agents.get(name)
        if agent is None or not agent.is_there:
            raise CannotCall(f"{name} is not there: log in, and register the telephone")
        if agent.state not in _FREE:
            raise CannotCall(f"{name} has a call")
        return agent

    def _group(self, agent: Agent) -> str:
        """The first of his groups: its wrap-up follows."""
        rules = self.exchange.distributor.floor.rules
        return next(group for group in rules if agent.name in rules[group].agents)


@contextlib.asynccontextmanager
async def placing_calls(exchange: Exchange) -> AsyncIterator[PlacedCalls]:
    calls = PlacedCalls(exchange)
    try:
        yield calls
    finally:
        await calls.close()
