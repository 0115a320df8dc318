"""Who is offered to whom: one case for each rule."""

from collections.abc import Callable
from datetime import datetime

import pytest
from floors import at, desk, floor_of, group, offered, offers, ringing, seconds, talking, waiting

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer
from ari_app.acd.routing import next_change
from ari_app.acd.rules import AgentCard, Overflow, Strategy, Tier


def order_of(floor: Floor) -> list[str]:
    return [entry.call_id for entry in floor.waiting("desk")]


# 001-16
def test_a_higher_priority_goes_before_a_longer_wait() -> None:
    floor = waiting(waiting(desk("anna"), "first", 1), "urgent", 2, priority=5)
    assert order_of(floor) == ["urgent", "first"]
    assert offers(floor, 3) == [("urgent", "anna")]


def test_the_longest_waiting_caller_gets_the_longest_idle_agent() -> None:
    floor = waiting(waiting(desk("anna", "ben"), "second", 1), "first", 0)
    assert offers(floor, 2) == [("first", "anna"), ("second", "ben")]


def test_nobody_is_offered_twice() -> None:
    floor, made = offered(waiting(waiting(desk("anna"), "first", 0), "second", 1), 2)
    assert made == [Offer("first", "anna")]
    assert offers(floor, 3) == []


def test_a_second_join_keeps_the_place() -> None:
    floor = waiting(waiting(desk(), "first", 0), "second", 1)
    assert order_of(waiting(floor, "first", 9)) == ["first", "second"]


# P-4, D6
def test_a_callback_has_its_place_among_those_who_hold_the_line() -> None:
    floor = waiting(waiting(waiting(desk("anna"), "first", 0), "callback", 1, callback=7), "last", 2)
    assert order_of(floor) == ["first", "callback", "last"]


# P-3
def test_fewest_calls_before_longest_idle_where_the_group_says_so() -> None:
    floor = desk("anna", "ben", strategy=Strategy.FEWEST_CALLS)
    floor = acd.get_ready(acd.hang_up(talking(waiting(floor, "early", 0), 0), "anna", at(10)), "anna", at(10))
    floor = acd.log_in(acd.log_out(floor, "ben", at(11)), "ben", at(20))
    assert offers(waiting(floor, "next", 30), 30) == [("next", "ben")]  # idle for a shorter time, but without a call


def test_longest_idle_counts_from_the_end_of_the_wrap_up() -> None:
    floor = desk("anna", "ben", wrap_up=seconds(10))
    floor = acd.hang_up(talking(waiting(floor, "early", 0), 0), "anna", at(5))
    floor = acd.reach(acd.lose(floor, "ben", at(11)), "ben", at(12))
    assert offers(waiting(floor, "next", 20), 20) == [("next", "ben")]  # since 12; anna's wrap-up lasted to 15


# P-3, 004-4
def test_a_further_tier_is_open_after_its_time() -> None:
    floor = desk("anna", tiers=(Tier(("ben",), seconds(30)),))
    floor = waiting(talking(waiting(floor, "early", 0), 0), "next", 10)
    assert offers(floor, 39) == []
    assert next_change(floor, at(39)) == at(40)
    assert offers(floor, 40) == [("next", "ben")]


@pytest.mark.parametrize("why", ["logged out", "telephone gone", "pausing", "never seen"])
def test_a_further_tier_is_open_at_once_when_nobody_before_takes_calls(why: str) -> None:
    tiers = (Tier(("ben",), seconds(30)), Tier(("cleo",), seconds(60)))
    floor = floor_of({"desk": group("anna", tiers=tiers)}, away=("anna",) if why == "never seen" else ())
    if why == "logged out":
        floor = acd.log_out(floor, "anna", at(-10))
    if why == "telephone gone":
        floor = acd.lose(floor, "anna", at(-10))
    if why == "pausing":
        floor = acd.pause(floor, "anna", "lunch", at(-10))
    assert offers(waiting(waiting(floor, "first", 0), "second", 0), 0) == [("first", "ben")]


def test_the_lowest_tier_goes_first_even_if_the_other_was_idle_longer() -> None:
    floor = desk("ben", tiers=(Tier(("anna",)),))
    floor = acd.reach(acd.lose(floor, "ben", at(-2)), "ben", at(-1))
    assert offers(waiting(floor, "first", 0), 0) == [("first", "ben")]


# 004-4: handed on to the second level
def test_a_caller_who_was_handed_on_to_a_level_is_answered_from_there_on() -> None:
    floor = desk("anna", tiers=(Tier(("ben",), seconds(60)), Tier(("cleo",), seconds(90))))
    floor = waiting(floor, "first", 0, level=2)
    floor, made = offered(floor, 1)
    assert made == [Offer("first", "ben")]  # at once, and not anna
    refused = acd.refuse(floor, made[0], at(15))
    assert offers(refused, 19) == []
    assert offers(refused, 90) == [("first", "cleo")]


def test_where_nobody_is_left_from_that_level_on_the_others_are_asked() -> None:
    floor = acd.pause(desk("anna", tiers=(Tier(("ben",), seconds(60)),)), "ben", "lunch", at(0))
    assert offers(waiting(floor, "first", 0, level=2), 1) == [("first", "anna")]


# P-3, 000-12
def test_skills_are_needed_at_their_level_and_one_less_after_each_step() -> None:
    cards = {"anna": AgentCard({"network": 1}), "ben": AgentCard()}
    floor = floor_of({"desk": group("anna", "ben", relax_skills=seconds(30))}, cards)
    floor = waiting(floor, "vpn", 0, skills={"network": 3})
    assert offers(floor, 59) == []
    assert next_change(floor, at(1)) == at(30)
    assert offers(floor, 60) == [("vpn", "anna")]
    without_anna = acd.log_out(floor, "anna", at(60))
    assert offers(without_anna, 89) == []
    assert offers(without_anna, 90) == [("vpn", "ben")]


def test_every_skill_counts() -> None:
    cards = {"anna": AgentCard({"network": 3}), "ben": AgentCard({"network": 2, "printing": 1})}
    floor = waiting(floor_of({"desk": group("anna", "ben")}, cards), "both", skills={"network": 2, "printing": 1})
    assert offers(floor, 0) == [("both", "ben")]


def test_a_caller_without_a_fitting_agent_does_not_hold_up_those_after_him() -> None:
    floor = waiting(desk("anna"), "expert-wanted", 0, skills={"network": 2})
    assert offers(waiting(floor, "anyone", 5), 5) == [("anyone", "anna")]


# P-3, 002-8
def test_the_agent_whom_the_caller_wants_goes_first() -> None:
    floor = waiting(desk("anna", "ben", "cleo"), "known", 0, wants="cleo")
    assert offers(floor, 0) == [("known", "cleo")]


def test_a_caller_waits_for_the_agent_whom_he_wants_but_not_for_ever() -> None:
    floor = desk("cleo", "anna", wants_agent=seconds(20))
    floor = waiting(talking(waiting(floor, "early", -50), -50), "known", 0, wants="cleo")
    assert offers(floor, 19) == []
    assert next_change(floor, at(19)) == at(20)
    assert offers(floor, 20) == [("known", "anna")]


def lunch(floor: Floor, moment: datetime) -> Floor:
    return acd.pause(floor, "cleo", "lunch", moment)


def home(floor: Floor, moment: datetime) -> Floor:
    return acd.log_out(floor, "cleo", moment)


@pytest.mark.parametrize("is_away", [lunch, home])
def test_nobody_waits_for_an_agent_who_takes_no_calls(is_away: Callable[[Floor, datetime], Floor]) -> None:
    floor = waiting(is_away(desk("anna", "cleo"), at(-1)), "known", 0, wants="cleo")
    assert offers(floor, 0) == [("known", "anna")]


def test_nobody_waits_for_an_agent_who_did_not_answer_him() -> None:
    floor, offer = ringing(waiting(desk("anna", "cleo"), "known", 0, wants="cleo"), 0)
    assert offer.agent == "cleo"
    assert offers(acd.refuse(floor, offer, at(5)), 5) == [("known", "anna")]


def helped(overflow: Overflow, away: tuple[str, ...] = ()) -> Floor:
    """A desk of anna, who talks (if she is there), and ben in another group, who may help."""
    floor = floor_of({"desk": group("anna", overflows=(overflow,)), "other": group("ben")}, away=away)
    return floor if "anna" in away else talking(waiting(floor, "early", -100), -100)


# P-3
def test_overflow_by_time() -> None:
    floor = waiting(helped(Overflow("other", after=seconds(45))), "next", 0)
    assert offers(floor, 44) == []
    assert next_change(floor, at(44)) == at(45)
    assert offers(floor, 45) == [("next", "ben")]


def test_overflow_by_the_ratio_of_waiting_callers_to_agents() -> None:
    floor = waiting(waiting(helped(Overflow("other", waiting_per_agent=2)), "first", 0), "second", 0)
    assert offers(floor, 5) == []
    assert offers(waiting(floor, "third", 5), 5) == [("first", "ben")]


@pytest.mark.parametrize("why", ["away", "pausing"])
def test_overflow_when_nobody_takes_calls(why: str) -> None:
    overflow = Overflow("other", when_nobody=True)
    assert offers(waiting(helped(overflow), "next", 0), 300) == []
    alone = helped(overflow, away=("anna",))
    if why == "pausing":
        alone = acd.pause(acd.reach(alone, "anna", at(-5)), "anna", "lunch", at(-4))
    assert offers(waiting(alone, "next", 0), 0) == [("next", "ben")]
    assert alone.is_staffed("desk")


def test_helpers_come_after_all_tiers() -> None:
    groups = {"desk": group("anna", tiers=(Tier(("cleo",)),), overflows=(Overflow("other", after=seconds(0)),))}
    floor = floor_of({"other": group("ben"), **groups})  # ben has been idle longest
    floor = waiting(waiting(waiting(floor, "first", 0), "second", 0), "third", 0)
    assert offers(floor, 0) == [("first", "anna"), ("second", "cleo"), ("third", "ben")]


def test_a_helper_of_two_groups_comes_by_the_way_that_is_open_first() -> None:
    overflows = (Overflow("other", after=seconds(60)), Overflow("third", after=seconds(10)))
    groups = {"desk": group("anna", overflows=overflows), "other": group("ben"), "third": group("ben")}
    floor = waiting(floor_of(groups, away=("anna",)), "first", 0)
    assert offers(floor, 9) == []
    assert offers(floor, 10) == [("first", "ben")]


# P-3: several groups at once for one agent
def test_an_agent_of_several_groups_takes_the_callers_of_the_group_he_prefers() -> None:
    groups = {"desk": group("anna"), "vip": group("anna")}
    floor = floor_of(groups, {"anna": AgentCard(prefers=("vip",))})
    floor = waiting(waiting(floor, "first", 0), "important", 50, group="vip")
    floor, made = offered(floor, 60)
    assert made == [Offer("important", "anna")]


def test_without_a_preference_the_longer_wait_decides_between_groups() -> None:
    floor = floor_of({"desk": group("anna"), "vip": group("anna")})
    floor = waiting(waiting(floor, "was-first", 0), "came-later", 50, group="vip")
    assert offers(floor, 60) == [("was-first", "anna")]


def test_the_order_of_preferences_counts() -> None:
    groups = {name: group("anna") for name in ("desk", "second", "vip")}
    floor = floor_of(groups, {"anna": AgentCard(prefers=("vip", "second"))})
    floor = waiting(waiting(floor, "desk-caller", 0), "second-caller", 5, group="second")
    assert offers(floor, 10) == [("second-caller", "anna")]
    assert offers(waiting(floor, "vip-caller", 9, group="vip"), 10) == [("vip-caller", "anna")]


def test_a_preferred_caller_whom_he_may_not_take_does_not_keep_an_agent_from_others() -> None:
    cards = {"anna": AgentCard(prefers=("vip",))}
    floor = floor_of({"desk": group("anna"), "vip": group("anna")}, cards)
    floor = waiting(waiting(floor, "first", 0), "expert-wanted", 5, group="vip", skills={"network": 3})
    assert offers(floor, 10) == [("first", "anna")]


def test_who_does_not_get_the_preferred_caller_is_free_for_the_others() -> None:
    groups = {"desk": group("ben"), "vip": group("anna", "ben")}
    floor = floor_of(groups, {"ben": AgentCard(prefers=("vip",))})
    floor = acd.reach(acd.lose(floor, "ben", at(-2)), "ben", at(-1))
    floor = waiting(waiting(floor, "first", 0), "important", 5, group="vip")
    assert offers(floor, 10) == [("important", "anna"), ("first", "ben")]


def test_a_group_has_its_limit_for_those_who_hold_the_line() -> None:
    floor = waiting(waiting(desk("anna", most_waiting=2), "callback", callback=1), "first")
    assert not floor.is_full("desk")
    assert waiting(floor, "second").is_full("desk")
    assert not waiting(waiting(desk("anna"), "first"), "second").is_full("desk")


def test_a_refused_caller_goes_to_the_next_and_keeps_his_place() -> None:
    floor, offer = ringing(waiting(desk("anna", "ben"), "first", 0), 0)
    floor = waiting(acd.refuse(floor, offer, at(15)), "second", 16)
    assert offers(floor, 16) == [("first", "ben")]


def test_when_all_were_tried_another_round_begins() -> None:
    floor = waiting(desk("anna", "ben", rest=seconds(5)), "first", 0)
    for moment, agent in ((0, "anna"), (15, "ben"), (30, "anna"), (45, "ben")):
        floor, offer = ringing(floor, moment)
        assert offer.agent == agent
        floor = acd.refuse(floor, offer, at(moment + 15))


# A restart may bring back callers of a group that is not in groups.yaml any more.
def test_a_caller_of_an_unknown_group_stops_nobody() -> None:
    floor = waiting(waiting(desk("anna"), "lost", 0, group="gone"), "first", 5)
    assert offers(floor, 10) == [("first", "anna")]
    assert next_change(floor, at(10)) is None
