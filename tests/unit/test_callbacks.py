"""Callbacks beside callers on the line, through random days: nobody dialled twice, nobody without an agent. # D6 P-5"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ari_app.acd import callbacks as acd
from ari_app.acd import floor as floors
from ari_app.acd.agents import AgentState
from ari_app.acd.callbacks import Callback, CallbackRules, CallbackState, WrongState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.routing import offer_next
from ari_app.acd.rules import GroupRules, Tier

MORNING = datetime(2026, 11, 20, 7, tzinfo=UTC)
RULES = CallbackRules(tries=2, pause=timedelta(minutes=10))
AGENTS = ("anna", "ben")
ASKED = Callback(1, "100001", "1044", "desk", "en", MORNING, MORNING)


def opens(at: datetime) -> datetime | None:
    """From 8 to 16 UTC."""
    if at.hour >= 16:
        return at.replace(hour=8, minute=0, second=0) + timedelta(days=1)
    return max(at, at.replace(hour=8, minute=0, second=0))


def later(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def test_a_request_is_dialled_until_the_last_try() -> None:
    first = acd.dial(ASKED, "anna")
    assert (first.state, first.tries, first.agent) == (CallbackState.DIALLING, 1, "anna")
    missed = acd.miss(first, RULES, later(60))
    assert (missed.state, missed.not_before) == (CallbackState.WAITING, later(70))
    assert acd.due_at(missed, opens, later(61)) == later(70)
    failed = acd.miss(acd.dial(missed, "ben"), RULES, later(80))
    assert (failed.state, failed.is_over, failed.ended_at) == (CallbackState.FAILED, True, later(80))
    assert acd.due_at(failed, opens, later(81)) is None


def test_the_window_of_hours_is_waited_for() -> None:
    assert acd.due_at(ASKED, opens, later(0)) == later(60)
    assert acd.due_at(ASKED, opens, later(90)) == later(90)
    assert acd.due_at(ASKED, opens, later(9 * 60)) == later(25 * 60)
    assert acd.due_at(acd.postpone(ASKED, later(9 * 60 + 5)), opens, later(90)) == later(25 * 60)
    assert acd.due_at(ASKED, lambda _: None, later(90)) is None


@pytest.mark.parametrize("state", list(CallbackState))
def test_only_who_waits_is_dialled_postponed_given_up_or_cancelled(state: CallbackState) -> None:
    request = replace(ASKED, state=state)
    changes: dict[Callable[[], Callback], CallbackState] = {
        lambda: acd.dial(request, "anna"): CallbackState.WAITING,
        lambda: acd.postpone(request, later(1)): CallbackState.WAITING,
        lambda: acd.fail(request, later(1)): CallbackState.WAITING,
        lambda: acd.cancel(request, later(1)): CallbackState.WAITING,
        lambda: acd.reach(request, later(1)): CallbackState.DIALLING,
        lambda: acd.miss(request, RULES, later(1)): CallbackState.DIALLING,
    }
    for change, only in changes.items():
        if state is only:
            assert change() != request
        else:
            with pytest.raises(WrongState):
                change()


@dataclass(frozen=True, slots=True)
class Dial:
    at: datetime
    callback: int
    agent: str


class Day(RuleBasedStateMachine):
    """What `CallingBack` and the calls do, in any order: the floor decides whom, the requests decide whether."""

    def __init__(self) -> None:
        super().__init__()
        rules = GroupRules((Tier(AGENTS),), wrap_up=timedelta(seconds=30), rest=timedelta(seconds=5), missed_rings=0)
        self.floor = Floor({"desk": rules})
        self.at = later(120)
        self.callbacks: dict[int, Callback] = {}
        self.callers = 0
        self.dials: list[Dial] = []
        self.cancelled: set[int] = set()

    @initialize()
    def agents_come(self) -> None:
        for agent in AGENTS:
            self.change(floors.reach(self.floor, agent, self.at))

    @rule()
    def a_caller_waits_on_the_line(self) -> None:
        self.callers += 1
        self.change(floors.join(self.floor, QueueEntry(f"call-{self.callers}", "desk", self.at)))

    @rule(waited_min=st.integers(0, 30), priority=st.integers(0, 1))
    def a_callback_is_asked_for(self, waited_min: int, priority: int) -> None:
        id = len(self.callbacks) + 1
        since = self.at - timedelta(minutes=waited_min)
        self.callbacks[id] = Callback(id, f"{100_000 + id}", f"{1000 + id}", "desk", "en", since, self.at, priority)
        self.look()

    @rule(agent=st.sampled_from(AGENTS), pauses=st.booleans())
    def an_agent_pauses_or_is_ready(self, agent: str, pauses: bool) -> None:
        change = floors.pause(self.floor, agent, "lunch", self.at) if pauses else None
        self.change(change or floors.get_ready(self.floor, agent, self.at))

    @precondition(lambda self: any(self.ringing()))
    @rule(data=st.data(), answers=st.booleans())
    def the_telephone_of_an_agent_rings(self, data: st.DataObject, answers: bool) -> None:
        offer, callback = data.draw(st.sampled_from(list(self.ringing())))
        if callback is not None and callback.state is not CallbackState.WAITING:
            self.change(floors.leave(self.floor, offer.call_id, self.at))  # cancelled meanwhile
        elif not answers:
            self.change(floors.refuse(self.floor, offer, self.at))
        else:
            if callback is not None:
                self.callbacks[callback.id] = acd.dial(callback, offer.agent)
                self.dials.append(Dial(self.at, callback.id, offer.agent))
            self.change(floors.answer(self.floor, offer, self.at))

    @precondition(lambda self: any(self.dialling()))
    @rule(data=st.data(), answers=st.booleans())
    def the_telephone_of_who_asked_rings(self, data: st.DataObject, answers: bool) -> None:
        callback = data.draw(st.sampled_from(list(self.dialling())))
        assert callback.agent is not None
        if answers:
            self.callbacks[callback.id] = acd.reach(callback, self.at)
        else:
            self.callbacks[callback.id] = acd.miss(callback, RULES, self.at)
            self.change(floors.hang_up(self.floor, callback.agent, self.at))

    @rule(agent=st.sampled_from(AGENTS))
    def a_talk_ends(self, agent: str) -> None:
        if not any(callback.agent == agent for callback in self.dialling()):
            self.change(floors.hang_up(self.floor, agent, self.at))

    @precondition(lambda self: self.callbacks)
    @rule(data=st.data())
    def he_calls_again(self, data: st.DataObject) -> None:
        callback = self.callbacks[data.draw(st.sampled_from(sorted(self.callbacks)))]
        if callback.state is CallbackState.WAITING:
            self.callbacks[callback.id] = acd.cancel(callback, self.at)
            self.cancelled.add(callback.id)
            self.callers += 1
            self.change(floors.join(self.floor, QueueEntry(f"call-{self.callers}", "desk", callback.entered_at)))

    @rule(minutes=st.sampled_from([0.1, 1, 11, 45, 480]))
    def time_passes(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)
        self.change(self.floor)

    @rule()
    def the_controller_restarts(self) -> None:
        """Agents who talk go on; whom we dialled is let go, with the agent who waited for it; all others wait again."""
        for callback in list(self.dialling()):
            self.callbacks[callback.id] = acd.miss(callback, RULES, self.at)
            self.floor = floors.hang_up(self.floor, callback.agent or "", self.at)
        agents = {
            name: agent.free(self.at) if agent.state is AgentState.RINGING else agent
            for name, agent in self.floor.agents.items()
        }
        waiting = {entry.call_id: replace(entry, offered_to=None, tried=frozenset()) for entry in self.floor.waiting()}
        self.floor = replace(self.floor, agents=agents, entries=waiting)
        self.look()

    def look(self) -> None:
        """As the dialler does: who is due has a place, who is not due has none."""
        floor = self.floor
        for callback in self.callbacks.values():
            due, call_id = acd.due_at(callback, opens, self.at), f"callback-{callback.id}"
            if due is not None and due <= self.at:
                floor = floors.join(floor, acd.entry_of(callback, "desk", call_id))
            else:
                floor = floors.leave(floor, call_id, self.at)
        before = floors.end_pauses(floor, self.at)
        self.floor, offers = offer_next(before, self.at)
        self.check_order(before, offers)

    def change(self, floor: Floor) -> None:
        self.floor = floor
        self.look()

    def ringing(self) -> Iterator[tuple[Offer, Callback | None]]:
        for entry in self.floor.entries.values():
            if entry.offered_to is not None:
                yield Offer(entry.call_id, entry.offered_to), self.callbacks.get(entry.callback or 0)

    def dialling(self) -> Iterator[Callback]:
        return (callback for callback in self.callbacks.values() if callback.state is CallbackState.DIALLING)

    def check_order(self, before: Floor, offers: list[Offer]) -> None:
        """Who is due first is offered first, whether he holds the line or not."""
        due = [entry for entry in before.waiting() if entry.offered_to is None]
        if all(not entry.tried for entry in due):
            assert [offer.call_id for offer in offers] == [entry.call_id for entry in due[: len(offers)]]

    @invariant()
    def each_dial_has_an_agent_of_its_own(self) -> None:
        agents = [callback.agent for callback in self.dialling()]
        assert len(agents) == len(set(agents))
        for callback in self.dialling():
            agent = self.floor.agents[callback.agent or ""]
            assert (agent.state, agent.call_id) == (AgentState.TALKING, f"callback-{callback.id}")

    @invariant()
    def dials_keep_to_tries_pauses_and_hours(self) -> None:
        for id, callback in self.callbacks.items():
            times = [dial.at for dial in self.dials if dial.callback == id]
            assert len(times) == callback.tries <= RULES.tries
            assert all(8 <= at.hour < 16 for at in times)
            assert all(second - first >= RULES.pause for first, second in pairwise(times))

    @invariant()
    def who_waits_has_one_place_or_is_not_due(self) -> None:
        for callback in self.callbacks.values():
            has_place = f"callback-{callback.id}" in self.floor.entries
            due = acd.due_at(callback, opens, self.at)
            assert has_place == (due is not None and due <= self.at)

    @invariant()
    def who_has_cancelled_is_not_dialled(self) -> None:
        assert all(self.callbacks[id].state is CallbackState.CANCELLED for id in self.cancelled)

    def teardown(self) -> None:
        """With agents who answer, every request comes to its end."""
        for _ in range(400):
            if all(callback.is_over for callback in self.callbacks.values()):
                return
            for agent in AGENTS:
                self.change(floors.get_ready(self.floor, agent, self.at))
            for offer, callback in list(self.ringing()):
                if callback is not None and not callback.is_over:
                    self.callbacks[callback.id] = acd.dial(callback, offer.agent)
                self.change(floors.answer(self.floor, offer, self.at))
            for callback in list(self.dialling()):
                self.callbacks[callback.id] = acd.reach(callback, self.at)
            for agent in AGENTS:
                self.change(floors.hang_up(self.floor, agent, self.at))
            self.at += timedelta(minutes=15)
            self.change(self.floor)
        raise AssertionError(f"forgotten: {[one for one in self.callbacks.values() if not one.is_over]}")


TestDay = Day.TestCase
TestDay.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
