"""A day on the floor, told twice: by ari_app/acd, and by what the telephones, callers and agents really do. Whatever
happens, `check` compares the two and looks for a caller who is lost, asked for twice, or waits beside a free agent.

Everything random is chosen by `choose`, so that hypothesis and a plain generator can drive the same day.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from floors import NOON, seconds
from told_rules import AGENTS, CARDS, PLANS, SKILLS, Moment, turn

from ari_app.acd import floor as acd
from ari_app.acd.agents import WITH_A_CALLER, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.routing import next_change, offer_next
from ari_app.acd.wait import HandlingTimes, expected_wait
from ari_app.acd_store import agent_of, entry_of, entry_record_of, record_of

Choose = Callable[[Sequence[Any]], Any]

JUST_BEFORE = timedelta(microseconds=1)


class Day:
    """`rings` and `talks` are what the telephones really do, `callers` who really waits."""

    def __init__(self) -> None:
        self.now = NOON
        self.floor = Floor(PLANS[0], CARDS)
        self.calls = 0
        self.callers: dict[str, QueueEntry] = {}
        self.rings: dict[str, Offer] = {}
        self.talks: dict[str, str] = {}
        self.wraps_up_until: dict[str, datetime] = {}
        self.logged_in = set(AGENTS)
        self.reachable: set[str] = set()
        self.pausing: dict[str, str] = {}
        self.missed = dict.fromkeys(AGENTS, 0)
        self.old_offers: list[Offer] = []
        for name in AGENTS[:3]:
            self.reachable.add(name)
            self.change(acd.reach(self.floor, name, self.now))

    # What happens

    def time_passes(self, choose: Choose) -> None:
        """The clock of the controller rings only when `next_change` said so; in between nothing may become possible."""
        until = self.now + seconds(choose((0.5, 3, 8, 20, 50)))
        while (rings_at := next_change(self.floor, self.now)) is not None and rings_at <= until:
            self._nothing_changes_before(rings_at - JUST_BEFORE)
            self.now = rings_at
            self.change(self.floor)
        self._nothing_changes_before(until)
        self.now = until
        self.change(self.floor)

    def a_caller_comes(self, choose: Choose) -> None:
        self.calls += 1
        self.now += timedelta(milliseconds=1)
        entry = QueueEntry(
            f"call{self.calls}",
            choose(sorted(self.floor.rules)),
            self.now,
            priority=choose((0, 0, 0, 1, 5)),
            skills=choose(SKILLS),
            wants=choose((None, None, *AGENTS)),
            callback=choose((None, None, self.calls)),
            level=choose((1, 1, 1, 2)),
        )
        self.callers[entry.call_id] = entry
        self.change(acd.join(self.floor, entry))

    def a_caller_joins_once_more(self, choose: Choose) -> None:
        if self.callers:
            entry = self.callers[choose(sorted(self.callers))]
            self.change(acd.join(self.floor, replace(entry, entered_at=self.now)))

    def a_caller_hangs_up(self, choose: Choose) -> None:
        if self.callers:
            call_id = choose(sorted(self.callers))
            del self.callers[call_id]
            for name in [name for name, offer in self.rings.items() if offer.call_id == call_id]:
                self.old_offers.append(self.rings.pop(name))
            self.change(acd.leave(self.floor, call_id, self.now))

    def an_agent_answers(self, choose: Choose) -> None:
        if self.rings:
            name = choose(sorted(self.rings))
            offer = self.rings.pop(name)
            self.callers.pop(offer.call_id, None)
            self.talks[name] = offer.call_id
            self.missed[name] = 0
            self.change(acd.answer(self.floor, offer, self.now))

    def an_agent_does_not_answer(self, choose: Choose) -> None:
        if self.rings:
            name = choose(sorted(self.rings))
            offer = self.rings.pop(name)
            is_missed = choose((True, True, False))
            rules = self.floor.rules[self.floor.agents[name].group or ""]
            is_his_fault = is_missed and name in self.reachable
            self.missed[name] += is_his_fault
            if is_his_fault and rules.missed_rings and self.missed[name] >= rules.missed_rings:
                self.pausing.setdefault(name, "missed")
            self.wraps_up_until[name] = self.now + rules.rest
            self.old_offers.append(offer)
            self.change(acd.refuse(self.floor, offer, self.now, is_missed))

    def something_is_told_too_late(self, choose: Choose) -> None:
        if self.old_offers:
            offer = choose(self.old_offers)
            if self.rings.get(offer.agent) != offer:
                assert acd.refuse(self.floor, offer, self.now) == self.floor
                assert acd.answer(self.floor, offer, self.now) == self.floor

    def a_talk_ends(self, choose: Choose) -> None:
        if self.talks:
            name = choose(sorted(self.talks))
            del self.talks[name]
            self.wraps_up_until[name] = self.now + self.floor.rules[self.floor.agents[name].group or ""].wrap_up
            self.change(acd.hang_up(self.floor, name, self.now))

    def a_caller_is_put_on_hold_or_taken_back(self, choose: Choose) -> None:
        if self.talks:
            self.change(choose((acd.hold, acd.unhold))(self.floor, choose(sorted(self.talks)), self.now))

    def a_colleague_rings(self, choose: Choose) -> None:
        self.calls += 1
        name, call_id = choose(AGENTS), f"handed-on{self.calls}"
        floor = acd.ring(self.floor, name, call_id, "desk", self.now)
        if floor != self.floor:
            assert self.is_free(name)
            self.rings[name] = Offer(call_id, name)
        self.change(floor)

    def an_agent_takes_a_talk_over(self, choose: Choose) -> None:
        name = choose(AGENTS)
        if self.talks and name not in self.talks:
            other = choose(sorted(self.talks))
            self.wraps_up_until[other] = self.now + self.floor.rules[self.floor.agents[other].group or ""].wrap_up
            floor = acd.hang_up(self.floor, other, self.now)
            self.talks[name] = self.talks.pop(other)
            self.rings.pop(name, None)
            self.wraps_up_until.pop(name, None)
            self.change(acd.resume_talk(floor, name, self.talks[name], "desk", self.now))

    def an_agent_logs_in(self, choose: Choose) -> None:
        name = choose(AGENTS)
        if name not in self.logged_in:
            self.missed[name] = 0
            self.pausing.pop(name, None)
        self.logged_in.add(name)
        self.change(acd.log_in(self.floor, name, self.now))

    def an_agent_logs_out(self, choose: Choose) -> None:
        name = choose(AGENTS)
        if name in self.logged_in:
            self.pausing.pop(name, None)
        self.logged_in.discard(name)
        self.change(acd.log_out(self.floor, name, self.now))

    def a_telephone_is_there(self, choose: Choose) -> None:
        name = choose(AGENTS)
        self.reachable.add(name)
        self.change(acd.reach(self.floor, name, self.now))

    def a_telephone_is_lost(self, choose: Choose) -> None:
        name = choose(AGENTS)
        self.reachable.discard(name)
        self.change(acd.lose(self.floor, name, self.now))

    def an_agent_pauses(self, choose: Choose) -> None:
        name = choose(AGENTS)
        self.pausing[name] = choose(("lunch", "training"))
        self.change(acd.pause(self.floor, name, self.pausing[name], self.now))

    def an_agent_is_ready(self, choose: Choose) -> None:
        name = choose(AGENTS)
        self.pausing.pop(name, None)
        self.missed[name] = 0
        if name not in self.talks and name not in self.rings:
            self.wraps_up_until.pop(name, None)
        self.change(acd.get_ready(self.floor, name, self.now))

    def the_controller_starts_anew(self, choose: Choose) -> None:
        """Everything comes back from the rows in which it was kept; telephones that rang have fallen silent."""
        agents = [agent_of(record_of(agent)) for agent in self.floor.agents.values()]
        entries = [entry_of(entry_record_of(entry)) for entry in self.floor.entries.values()]
        self.old_offers += self.rings.values()
        self.rings.clear()
        self.now += seconds(choose((0.1, 5, 100)))
        by_name = {agent.name: agent for agent in agents}
        floor = Floor(self.floor.rules, CARDS, by_name, {entry.call_id: entry for entry in entries})
        for name in by_name:
            floor = acd.stop_ringing(floor, name, self.now)
        self.change(floor)

    def the_groups_are_edited(self, choose: Choose) -> None:
        self.change(acd.regroup(self.floor, choose(PLANS), CARDS))

    # What must hold

    def change(self, floor: Floor) -> None:
        floor = acd.end_pauses(floor, self.now)
        free = {name for name in AGENTS if self.is_free(name)}
        self.floor, offers = offer_next(floor, self.now)
        moment = self.moment()
        for offer in offers:
            assert offer.agent in free, "offered to somebody who is busy, away, pausing or wrapping up"
            free.remove(offer.agent)  # nobody is offered two
            assert offer.call_id in self.callers, "offered a caller who is gone"
            assert offer.call_id not in {ringing.call_id for ringing in self.rings.values()}, "offered to two agents"
            assert moment.may_take(floor.entries[offer.call_id], offer.agent)
            self.rings[offer.agent] = offer
        self._order_is_kept(floor, offers)
        self.check()

    def check(self) -> None:
        waiting = self.floor.entries
        assert {call_id: facts(entry) for call_id, entry in waiting.items()} == {
            call_id: facts(entry) for call_id, entry in self.callers.items()
        }, "a caller is lost, or one is here who has gone"
        offered = {offer.call_id: name for name, offer in self.rings.items() if offer.call_id in self.callers}
        assert {call_id: entry.offered_to for call_id, entry in waiting.items() if entry.offered_to} == offered
        for name, agent in self.floor.agents.items():
            assert (agent.state is AgentState.RINGING) == (name in self.rings)
            assert (agent.state in WITH_A_CALLER) == (name in self.talks)
            assert (agent.pause, agent.missed) == (self.pausing.get(name), self.missed[name])
            assert (agent.is_logged_in, agent.is_reachable) == (name in self.logged_in, name in self.reachable)
            assert agent.call_id is None or agent.state not in (AgentState.READY, AgentState.RESTING)
        moment = self.moment()
        for name in filter(self.is_free, AGENTS):
            for entry in waiting.values():
                assert entry.offered_to or not moment.may_take(entry, name), f"{entry.call_id} waits beside {name}"

    def is_free(self, name: str) -> bool:
        is_busy = name in self.rings or name in self.talks or self.now < self.wraps_up_until.get(name, self.now)
        return self.takes_calls(name) and not is_busy

    def takes_calls(self, name: str) -> bool:
        return name in self.logged_in and name in self.reachable and name not in self.pausing

    def moment(self) -> Moment:
        waiting = Counter(caller.group for caller in self.callers.values())
        return Moment(self.floor.rules, self.now, self.takes_calls, waiting)

    def _order_is_kept(self, before: Floor, offers: list[Offer]) -> None:
        """Of the callers whom he may take an agent gets one of the group he prefers most, and the one due earliest."""
        moment = self.moment()
        left = [entry for entry in self.floor.entries.values() if entry.offered_to is None]
        for offer in offers:
            got = before.entries[offer.call_id]
            better = [
                other.call_id
                for other in left
                if moment.may_take(other, offer.agent) and turn(other, offer.agent) < turn(got, offer.agent)
            ]
            assert not better, f"{offer.agent} got {offer.call_id} before {better}"

    def _nothing_changes_before(self, until: datetime) -> None:
        floor, offers = offer_next(acd.end_pauses(self.floor, until), until)
        assert offers == [], "something became possible of which next_change did not tell"
        assert floor == self.floor
        for call_id in list(self.floor.entries)[-1:]:
            now = expected_wait(self.floor, HandlingTimes(), call_id, self.now)
            later = expected_wait(self.floor, HandlingTimes(), call_id, until)
            assert (now is None) == (later is None)
            if now is not None and later is not None:
                assert timedelta() <= now.low <= now.high
                assert later.low <= now.low, "the wait rose though nothing changed"
                assert later.high <= now.high, "the wait rose though nothing changed"


def facts(entry: QueueEntry) -> tuple[object, ...]:
    """What a caller keeps as long as he waits."""
    return (entry.group, entry.entered_at, entry.priority, entry.skills, entry.wants, entry.callback, entry.level)


def _actions() -> tuple[str, ...]:
    often = ("time_passes", "a_caller_comes", "an_agent_answers", "a_talk_ends", "a_telephone_is_there")
    names = [name for name, one in vars(Day).items() if callable(one) and "choose" in one.__code__.co_varnames]
    return (*names, *often * 3)


ACTIONS = _actions()
