"""The queue of a group: plain cases, and whatever hypothesis makes of a day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ari_app.acd import queue as acd
from ari_app.acd.agents import AgentState
from ari_app.acd.queue import GroupQueue, Offer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRAP_UP = timedelta(seconds=10)
REST = timedelta(seconds=5)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def queue_with(*agents: str) -> GroupQueue:
    queue = GroupQueue(WRAP_UP, REST)
    for place, agent in enumerate(agents):
        queue = acd.log_in(queue, agent, at(place - 100))
    return queue


# 001-16
def test_a_higher_priority_goes_before_a_longer_wait() -> None:
    queue = acd.join(acd.join(queue_with(), "first", at(1)), "urgent", at(2), priority=5)
    assert [entry.call_id for entry in queue.waiting] == ["urgent", "first"]


def test_the_longest_waiting_caller_gets_the_longest_idle_agent() -> None:
    queue = queue_with("anna", "ben")
    queue = acd.join(queue, "second", at(1))
    queue = acd.join(queue, "first", at(0))
    queue, offers = acd.offer_next(queue, at(2))
    assert offers == [Offer("first", "anna"), Offer("second", "ben")]


def test_nobody_is_offered_twice() -> None:
    queue = acd.join(acd.join(queue_with("anna"), "first", at(0)), "second", at(1))
    queue, offers = acd.offer_next(queue, at(2))
    assert offers == [Offer("first", "anna")]
    assert acd.offer_next(queue, at(3))[1] == []


def test_no_answer_goes_to_the_next_and_the_caller_keeps_his_place() -> None:
    queue = acd.join(queue_with("anna", "ben"), "first", at(0))
    queue, offers = acd.offer_next(queue, at(0))
    queue = acd.refuse(queue, offers[0], at(15))
    queue = acd.join(queue, "second", at(16))
    queue, offers = acd.offer_next(queue, at(16))
    assert offers == [Offer("first", "ben")]


def test_one_who_declines_at_once_is_not_rung_without_end() -> None:
    queue = acd.join(queue_with("anna"), "first", at(0))
    queue, offers = acd.offer_next(queue, at(0))
    queue = acd.refuse(queue, offers[0], at(0.1))
    assert acd.offer_next(acd.end_pauses(queue, at(5)), at(5))[1] == []
    assert acd.next_change(queue) == at(5.1)
    assert acd.offer_next(acd.end_pauses(queue, at(5.1)), at(5.1))[1] == [Offer("first", "anna")]


def test_wrap_up_is_respected() -> None:
    queue = acd.join(queue_with("anna"), "first", at(0))
    queue, offers = acd.offer_next(queue, at(0))
    queue = acd.hang_up(acd.answer(queue, offers[0], at(3)), "anna", at(60))
    queue = acd.join(queue, "second", at(61))
    assert acd.offer_next(acd.end_pauses(queue, at(69.9)), at(69.9))[1] == []
    assert acd.next_change(queue) == at(70)
    assert acd.offer_next(acd.end_pauses(queue, at(70)), at(70))[1] == [Offer("second", "anna")]


def test_a_caller_who_leaves_frees_the_agent_who_rang() -> None:
    queue = acd.join(queue_with("anna"), "first", at(0))
    queue, _ = acd.offer_next(queue, at(0))
    queue = acd.leave(queue, "first", at(1))
    assert queue.agents["anna"].state is AgentState.READY
    assert queue.waiting == []


def test_a_second_join_keeps_the_place() -> None:
    queue = acd.join(acd.join(queue_with(), "first", at(0)), "second", at(1))
    assert [entry.call_id for entry in acd.join(queue, "first", at(9)).waiting] == ["first", "second"]


@pytest.mark.parametrize("moment", ["ringing", "talking"])
def test_who_logs_in_again_in_mid_call_is_not_free(moment: str) -> None:
    queue = acd.join(queue_with("anna"), "first", at(0))
    queue, offers = acd.offer_next(queue, at(0))
    if moment == "talking":
        queue = acd.answer(queue, offers[0], at(1))
    queue = acd.log_in(acd.log_out(queue, "anna"), "anna", at(2))
    queue = acd.join(queue, "second", at(3))
    assert acd.offer_next(queue, at(3))[1] == []


def test_who_is_found_talking_is_not_free_and_wraps_up_afterwards() -> None:
    queue = acd.join(acd.resume_talk(queue_with("anna"), "anna", at(0)), "first", at(0))
    assert acd.offer_next(queue, at(1))[1] == []
    assert acd.next_change(acd.hang_up(queue, "anna", at(2))) == at(12)


class Day(RuleBasedStateMachine):
    """Anything that may happen, in any order. `rings` and `talks` are what the telephones really do."""

    AGENTS = ("anna", "ben", "cleo")

    def __init__(self) -> None:
        super().__init__()
        self.queue = GroupQueue(WRAP_UP, REST)
        self.now = NOON
        self.calls = 0
        self.entered: dict[str, datetime] = {}
        self.rings: dict[str, Offer] = {}
        self.talks: set[str] = set()
        self.present: set[str] = set()
        self.not_before: dict[str, datetime] = {}

    def change(self, change: Callable[[GroupQueue], GroupQueue]) -> None:
        queue, offers = acd.offer_next(acd.end_pauses(change(self.queue), self.now), self.now)
        self.queue = queue
        for offer in offers:
            assert offer.agent in self.present
            assert offer.agent not in self.rings, "an agent was offered two"
            assert offer.agent not in self.talks, "an agent was offered a call while he talks"
            assert self.now >= self.not_before.get(offer.agent, self.now), "the wrap-up was not respected"
            assert offer.call_id not in {ringing.call_id for ringing in self.rings.values()}, "offered twice"
            assert offer.call_id in self.entered
            self.rings[offer.agent] = offer
        ringing = {offer.call_id for offer in self.rings.values()}
        left = [entered for call, entered in self.entered.items() if call not in ringing]
        if offers and left:
            newest = max(self.entered[offer.call_id] for offer in offers)
            assert newest <= min(left), "the longest waiting comes first"

    @rule(seconds=st.floats(0.1, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.change(lambda queue: queue)

    @rule()
    def a_caller_comes(self) -> None:
        self.calls += 1
        self.now += timedelta(milliseconds=1)
        self.entered[f"call{self.calls}"] = self.now
        self.change(lambda queue: acd.join(queue, f"call{self.calls}", self.now))

    @precondition(lambda self: self.entered)
    @rule(data=st.data())
    def a_caller_hangs_up(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(sorted(self.entered)))
        del self.entered[call]
        self.rings = {agent: offer for agent, offer in self.rings.items() if offer.call_id != call}
        self.change(lambda queue: acd.leave(queue, call, self.now))

    @rule(agent=st.sampled_from(AGENTS))
    def an_agent_logs_in(self, agent: str) -> None:
        self.present.add(agent)
        self.change(lambda queue: acd.log_in(queue, agent, self.now))

    @rule(agent=st.sampled_from(AGENTS))
    def an_agent_logs_out(self, agent: str) -> None:
        self.present.discard(agent)
        self.change(lambda queue: acd.log_out(queue, agent))

    @precondition(lambda self: self.rings)
    @rule(data=st.data())
    def an_agent_answers(self, data: st.DataObject) -> None:
        agent = data.draw(st.sampled_from(sorted(self.rings)))
        offer = self.rings.pop(agent)
        del self.entered[offer.call_id]
        self.talks.add(agent)
        self.change(lambda queue: acd.answer(queue, offer, self.now))

    @precondition(lambda self: self.rings)
    @rule(data=st.data())
    def an_agent_does_not_answer(self, data: st.DataObject) -> None:
        agent = data.draw(st.sampled_from(sorted(self.rings)))
        offer = self.rings.pop(agent)
        self.not_before[agent] = self.now + REST
        self.change(lambda queue: acd.refuse(queue, offer, self.now))

    @precondition(lambda self: self.talks)
    @rule(data=st.data())
    def a_talk_ends(self, data: st.DataObject) -> None:
        agent = data.draw(st.sampled_from(sorted(self.talks)))
        self.talks.discard(agent)
        self.not_before[agent] = self.now + WRAP_UP
        self.change(lambda queue: acd.hang_up(queue, agent, self.now))

    @invariant()
    def no_caller_is_lost_and_nobody_waits_beside_a_free_agent(self) -> None:
        waiting = self.queue.waiting
        assert {entry.call_id: entry.entered_at for entry in waiting} == self.entered
        assert {entry.call_id: entry.offered_to for entry in waiting if entry.offered_to} == {
            offer.call_id: offer.agent for offer in self.rings.values()
        }
        assert all(entry.offered_to for entry in waiting) or not self.queue.ready_agents()
        assert self.queue.is_staffed == bool(self.present)


Day.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
test_a_day = Day.TestCase
