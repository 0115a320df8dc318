"""Whether a target can be had just now, and how: in a queue, at a telephone, over the trunk."""

from dataclasses import dataclass

from ari_app.acd.agents import Agent
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer
from ari_app.agents.telephones import endpoint_of
from ari_app.exchange import Exchange
from ari_app.legs import Leg, ring_agent, ring_outside
from ari_app.outgoing.dialling import NotAllowed
from ari_app.talk.errors import UnknownTarget, Unreachable
from ari_app.talk.parting import DialOut, HandOn
from ari_app.talk.targets import Target, ToAgent, ToGroup, ToNumber, ToSupplier
from dialplan.explanations import did_you_mean
from ivr.conversation import Call
from ivr.decision import EnterQueue

Someone = ToAgent | DialOut
"""One person who can be rung."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached from the call on the ticket `ticket`; `queue` is the one that it came from."""

    exchange: Exchange
    call: Call
    ticket: str
    queue: EnterQueue

    async def hand_on(self, target: Target) -> HandOn | DialOut:
        """Where the caller goes.

        Raises:
            UnknownTarget, Unreachable: he would wait in vain.
        """
        match target:
            case ToAgent(agent):
                return HandOn(self._queue_for(agent), "talk.transferred")
            case ToGroup(group, level):
                self._check_staffed(target)
                return HandOn(EnterQueue(group, "transferred", self.queue.priority, level=level), "talk.transferred")
            case _:
                return await self._outside(target)

    async def someone(self, target: Target) -> Someone:
        """Whom to ring for an agent who wants to talk with him first.

        Raises:
            UnknownTarget, Unreachable: there is nobody to ring.
        """
        match target:
            case ToAgent(agent):
                known = self._known(agent)
                if known is None or not known.is_available:
                    raise Unreachable(f"{agent} is not free")
                return target
            case ToGroup():
                self._check_staffed(target)
                free = [one for one in map(self._floor.agents.get, self._agents(target)) if one and one.is_available]
                if not free:
                    raise Unreachable(f"nobody of {target} is free")
                return ToAgent(min(free, key=lambda agent: agent.since).name)
            case _:
                return await self._outside(target)

    async def ring(self, someone: Someone) -> Leg | None:
        """Ring him; None when he does not answer. An agent is nobody else's meanwhile; cancelled, he is free again."""
        ring_s = self.exchange.distributor.group(self.queue.group).ring_s
        client = self.exchange.client
        if isinstance(someone, DialOut):
            shown = self.exchange.settings.dialling.shows or self.call.dialled
            return await ring_outside(client, self.call.id, someone.name, someone.endpoint, shown, ring_s)
        distributor, offer = self.exchange.distributor, Offer(self.call.id, someone.agent)
        if not distributor.ring(someone.agent, self.call.id, self.queue.group):
            return None
        leg, was_heard_out = None, False
        try:
            endpoint = endpoint_of(self.exchange, someone.agent)
            leg = await ring_agent(client, self.call.id, someone.agent, endpoint, self.call.caller, ring_s)
            was_heard_out = True
        finally:
            if leg is None:
                distributor.refuse(offer, is_missed=was_heard_out)
        if leg is not None:
            distributor.answer(offer)
            # Whatever became of him on the floor while it rang: he has a caller now.
            distributor.resume_talk(someone.agent, self.call.id, self.queue.group)
        return leg

    @property
    def _floor(self) -> Floor:
        return self.exchange.distributor.floor

    def _known(self, name: str) -> Agent | None:
        if name not in self._floor.members:
            raise UnknownTarget(f"there is no agent '{name}' — {did_you_mean(name, self._floor.members)}")
        return self._floor.agents.get(name)

    def _queue_for(self, name: str) -> EnterQueue:
        """The queue in which he gets the caller: that which he came from, if the agent is of it."""
        agent = self._known(name)
        if agent is None or not agent.takes_calls:
            raise Unreachable(f"{name} takes no calls just now")
        rules = self._floor.rules
        groups = [group for group in rules if name in rules[group].agents]
        group = self.queue.group if self.queue.group in groups else groups[0]
        return EnterQueue(group, "transferred", self.queue.priority, agent=name)

    def _check_staffed(self, target: ToGroup) -> None:
        rules = self._floor.rules.get(target.group)
        if rules is None:
            raise UnknownTarget(
                f"there is no group '{target.group}' — {did_you_mean(target.group, list(self._floor.rules))}"
            )
        if target.level > len(rules.tiers):
            raise UnknownTarget(f"{target.group} has {len(rules.tiers)} levels")
        known = map(self._floor.agents.get, self._agents(target))
        if not any(agent.takes_calls for agent in known if agent is not None):
            raise Unreachable(f"nobody of {target} is there")

    def _agents(self, target: ToGroup) -> list[str]:
        tiers = self._floor.rules[target.group].tiers[target.level - 1 :]
        return [agent for tier in tiers for agent in tier.agents]

    async def _outside(self, target: ToNumber | ToSupplier) -> DialOut:
        """
        Raises:
            UnknownTarget, Unreachable: no such supplier; the number may not be dialled.
        """
        name, number = self._number_of(target)
        try:
            allowed = await self.exchange.dialling.permit(number, "transfer", self.ticket)
        except NotAllowed as refusal:
            raise Unreachable(str(refusal)) from None
        return DialOut(name, self.exchange.dialling.endpoint(allowed))

    def _number_of(self, target: ToNumber | ToSupplier) -> tuple[str, str]:
        if isinstance(target, ToNumber):
            return target.number, target.number
        suppliers = self.exchange.editions.current.dialplan.suppliers
        if target.supplier not in suppliers:
            raise UnknownTarget(
                f"there is no supplier '{target.supplier}' — {did_you_mean(target.supplier, list(suppliers))}"
            )
        return target.supplier, suppliers[target.supplier].number
