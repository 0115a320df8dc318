"""What agents do and what happens to them: one case for each rule."""

from collections.abc import Callable
from datetime import datetime

import pytest
from floors import at, desk, floor_of, group, offered, offers, ringing, seconds, talking, waiting, wrapping_up

from ari_app.acd import floor as acd
from ari_app.acd.agents import MISSED, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer
from ari_app.acd.routing import next_change
from ari_app.acd.rules import Tier

Change = Callable[[Floor, str, datetime], Floor]


def state(floor: Floor, agent: str = "anna") -> AgentState:
    return floor.agents[agent].state


def log_out_and_in(floor: Floor, agent: str, moment: datetime) -> Floor:
    return acd.log_in(acd.log_out(floor, agent, moment), agent, moment)


def register_anew(floor: Floor, agent: str, moment: datetime) -> Floor:
    return acd.reach(acd.lose(floor, agent, moment), agent, moment)


def pause_and_end(floor: Floor, agent: str, moment: datetime) -> Floor:
    return acd.log_in(acd.pause(floor, agent, "coffee", moment), agent, moment)


# P-4
def test_wrap_up_is_respected() -> None:
    floor = waiting(wrapping_up(desk("anna", wrap_up=seconds(10)), 60), "second", 61)
    assert state(floor) is AgentState.WRAP_UP
    assert offers(floor, 69.9) == []
    assert next_change(floor, at(61)) == at(70)
    assert offers(floor, 70) == [("second", "anna")]


@pytest.mark.parametrize("change", [log_out_and_in, register_anew, acd.log_in, acd.reach])
def test_nothing_that_he_does_not_say_cuts_the_wrap_up_short(change: Change) -> None:
    floor = waiting(wrapping_up(desk("anna", wrap_up=seconds(10)), 60), "second", 61)
    floor = change(floor, "anna", at(62))
    assert offers(floor, 69.9) == []
    assert offers(floor, 70) == [("second", "anna")]


def test_ready_now_ends_the_wrap_up() -> None:
    floor = acd.get_ready(wrapping_up(desk("anna"), 60), "anna", at(62))
    assert offers(waiting(floor, "second", 61), 62) == [("second", "anna")]


def test_the_wrap_up_is_as_long_as_the_callers_group_says() -> None:
    groups = {"desk": group("anna", wrap_up=seconds(10)), "repairs": group("anna", wrap_up=seconds(40))}
    floor = talking(waiting(floor_of(groups), "early", 0, group="repairs"), 0)
    floor = waiting(acd.hang_up(floor, "anna", at(60)), "next", 60)
    assert offers(floor, 99) == []
    assert offers(floor, 100) == [("next", "anna")]


# P-4: pause reasons
def test_who_pauses_gets_no_call_until_he_is_ready() -> None:
    floor = waiting(acd.pause(desk("anna"), "anna", "lunch", at(0)), "first", 1)
    assert floor.agents["anna"].pause == "lunch"
    assert offers(floor, 900) == []
    assert offers(acd.get_ready(floor, "anna", at(900)), 900) == [("first", "anna")]


def test_a_pause_while_he_talks_begins_after_the_wrap_up() -> None:
    floor = talking(waiting(desk("anna", wrap_up=seconds(10)), "first", 0), 0)
    floor = acd.pause(floor, "anna", "lunch", at(5))
    assert state(floor) is AgentState.TALKING
    floor = acd.hang_up(floor, "anna", at(60))
    assert state(floor) is AgentState.WRAP_UP
    assert offers(waiting(floor, "second", 60), 500) == []
    assert floor.agents["anna"].pause == "lunch"


def test_a_pause_while_his_telephone_rings_lets_it_ring_on() -> None:
    floor, offer = ringing(waiting(desk("anna"), "first"))
    floor = acd.answer(acd.pause(floor, "anna", "lunch", at(1)), offer, at(2))
    assert (state(floor), floor.agents["anna"].pause) == (AgentState.TALKING, "lunch")


def test_the_end_of_a_pause_in_mid_call_leaves_the_call_alone() -> None:
    floor = talking(waiting(desk("anna"), "first"))
    floor = acd.get_ready(acd.pause(floor, "anna", "lunch", at(1)), "anna", at(2))
    assert (state(floor), floor.agents["anna"].pause) == (AgentState.TALKING, None)


def test_others_pause_without_a_change_for_me() -> None:
    floor = desk("anna", "ben")
    ben = floor.agents["ben"]
    floor = acd.get_ready(acd.pause(floor, "anna", "lunch", at(0)), "anna", at(9))
    assert floor.agents["ben"] == ben
    assert offers(waiting(floor, "first", 9), 9) == [("first", "ben")]  # anna is idle since 9 only


def test_who_logs_in_does_not_pause_any_more() -> None:
    floor = log_out_and_in(acd.pause(desk("anna"), "anna", "lunch", at(0)), "anna", at(60))
    assert offers(waiting(floor, "first", 60), 60) == [("first", "anna")]


# P-4: auto-pause
def missed(floor: Floor, times: int) -> Floor:
    for time in range(times):
        floor, offer = ringing(floor, 20 * time)
        floor = acd.refuse(floor, offer, at(20 * time + 15))
    return floor


def test_after_so_many_missed_rings_he_pauses() -> None:
    floor = waiting(desk("anna", missed_rings=3, rest=seconds(5)), "first", 0)
    assert missed(floor, 2).agents["anna"].pause is None
    paused = missed(floor, 3)
    assert paused.agents["anna"].pause == MISSED
    assert offers(paused, 1000) == []
    back = acd.get_ready(paused, "anna", at(1000))
    assert back.agents["anna"].missed == 0
    assert offers(back, 1000) == [("first", "anna")]


def test_where_the_group_says_never_he_does_not_pause() -> None:
    floor = missed(waiting(desk("anna", missed_rings=0), "first", 0), 9)
    assert floor.agents["anna"].pause is None


def test_a_ring_that_he_could_not_hear_out_is_not_held_against_him() -> None:
    floor, offer = ringing(waiting(desk("anna", missed_rings=1), "first"))
    floor = acd.refuse(floor, offer, at(1), is_missed=False)
    assert (floor.agents["anna"].pause, floor.agents["anna"].missed) == (None, 0)


def test_nor_is_it_the_last_straw_in_a_group_that_is_stricter() -> None:
    floor = floor_of({"desk": group("anna", missed_rings=3), "strict": group("anna", missed_rings=1)})
    floor = acd.leave(missed(waiting(floor, "first", 0), 1), "first", at(20))
    floor, offer = ringing(waiting(floor, "second", 20, group="strict"), 30)
    floor = acd.refuse(floor, offer, at(31), is_missed=False)
    assert (floor.agents["anna"].pause, floor.agents["anna"].missed) == (None, 1)


def test_the_reason_he_gave_himself_stays() -> None:
    floor, offer = ringing(waiting(desk("anna", missed_rings=1), "first"))
    floor = acd.refuse(acd.pause(floor, "anna", "lunch", at(1)), offer, at(15))
    assert floor.agents["anna"].pause == "lunch"


def test_one_who_declines_at_once_is_not_rung_without_end() -> None:
    floor, offer = ringing(waiting(desk("anna", rest=seconds(5)), "first"))
    floor = acd.refuse(floor, offer, at(0.1))
    assert offers(floor, 5) == []
    assert next_change(floor, at(0.1)) == at(5.1)
    assert offers(floor, 5.1) == [("first", "anna")]


# P-4: one call at a time
@pytest.mark.parametrize("moment", ["ringing", "talking", "holding"])
@pytest.mark.parametrize("change", [log_out_and_in, register_anew, pause_and_end, acd.get_ready, acd.reach])
def test_who_comes_back_in_mid_call_is_not_free(moment: str, change: Change) -> None:
    floor, offer = ringing(waiting(desk("anna"), "first", 0))
    if moment != "ringing":
        floor = acd.answer(floor, offer, at(1))
    if moment == "holding":
        floor = acd.hold(floor, "anna", at(2))
    floor = change(floor, "anna", at(3))
    assert offers(waiting(floor, "second", 3), 3) == []


def test_a_second_login_changes_nothing() -> None:
    floor = talking(waiting(desk("anna"), "first"))
    assert acd.log_in(floor, "anna", at(5)) == floor


def test_who_logs_out_in_mid_call_brings_it_to_its_end_and_gets_no_other() -> None:
    floor = acd.log_out(talking(waiting(desk("anna"), "first")), "anna", at(1))
    assert state(floor) is AgentState.TALKING
    assert offers(waiting(acd.hang_up(floor, "anna", at(60)), "second", 60), 900) == []


def test_a_telephone_that_is_lost_while_it_rings_frees_the_caller_for_another() -> None:
    floor, offer = ringing(waiting(desk("anna", "ben"), "first"))
    floor = acd.refuse(acd.lose(floor, "anna", at(2)), offer, at(2), is_missed=False)
    assert offers(floor, 2) == [("first", "ben")]


def test_a_telephone_that_is_lost_in_mid_call_gets_no_call_before_it_is_back() -> None:
    floor = acd.lose(talking(waiting(desk("anna", wrap_up=seconds(0)), "first")), "anna", at(5))
    floor = waiting(acd.hang_up(floor, "anna", at(6)), "second", 6)
    assert offers(floor, 30) == []
    assert offers(acd.reach(floor, "anna", at(30)), 30) == [("second", "anna")]


def test_hold_is_not_free_and_goes_back_to_the_talk() -> None:
    floor = acd.hold(talking(waiting(desk("anna"), "first")), "anna", at(5))
    assert state(floor) is AgentState.HOLD
    assert state(acd.unhold(floor, "anna", at(9))) is AgentState.TALKING
    assert state(acd.hang_up(floor, "anna", at(9))) is AgentState.WRAP_UP


# Nobody lost
def test_a_caller_who_leaves_frees_the_agent_who_rang() -> None:
    floor, _ = ringing(waiting(desk("anna"), "first"))
    floor = acd.leave(floor, "first", at(1))
    assert (state(floor), floor.waiting()) == (AgentState.READY, [])


def test_an_old_refusal_does_not_touch_the_ring_for_another_caller() -> None:
    floor, old = ringing(waiting(desk("anna"), "first", 0))
    floor, offer = ringing(waiting(acd.leave(floor, "first", at(1)), "second", 1), 2)
    assert acd.refuse(floor, old, at(3)) == floor
    assert acd.answer(floor, old, at(3)) == floor
    assert state(acd.answer(floor, offer, at(4))) is AgentState.TALKING


def test_an_answer_to_an_offer_that_went_on_to_another_does_not_take_his_caller() -> None:
    floor, old = ringing(waiting(desk("anna", "ben"), "first", 0))
    floor, offer = ringing(acd.refuse(floor, old, at(15)), 15)
    assert acd.answer(floor, old, at(16)) == floor
    assert acd.answer(floor, offer, at(16)).waiting() == []


def test_who_is_found_talking_is_not_free_and_wraps_up_afterwards() -> None:
    floor = waiting(acd.resume_talk(desk("anna", wrap_up=seconds(10)), "anna", "early", "desk", at(0)), "first", 0)
    assert offers(floor, 1) == []
    assert next_change(acd.hang_up(floor, "anna", at(2)), at(2)) == at(12)


def test_a_caller_who_is_found_talking_waits_no_longer() -> None:
    floor, _ = ringing(waiting(desk("anna", "ben"), "first"))
    floor = acd.resume_talk(floor, "ben", "first", "desk", at(1))
    assert floor.waiting() == []
    assert (state(floor, "anna"), state(floor, "ben")) == (AgentState.READY, AgentState.TALKING)


def test_a_caller_for_whom_he_rang_is_due_again_when_he_takes_over_another() -> None:
    floor, _ = ringing(waiting(desk("anna", "ben"), "first"))
    floor = acd.resume_talk(floor, "anna", "handed-over", "desk", at(1))
    assert offers(floor, 1) == [("first", "ben")]


def test_a_colleague_rings_only_who_is_available() -> None:
    floor = acd.ring(desk("anna"), "anna", "handed-over", "desk", at(0))
    assert state(floor) is AgentState.RINGING
    assert offers(waiting(floor, "first"), 1) == []
    assert state(acd.answer(floor, Offer("handed-over", "anna"), at(2))) is AgentState.TALKING
    paused = acd.pause(desk("anna"), "anna", "lunch", at(0))
    assert acd.ring(paused, "anna", "handed-over", "desk", at(1)) == paused


# Edits of the groups
def test_callers_and_talks_outlive_an_edit_of_the_groups() -> None:
    floor = waiting(talking(waiting(desk("anna", wrap_up=seconds(10)), "first")), "second", 5)
    floor = acd.regroup(floor, {"other": group("ben")}, {})
    floor = acd.reach(floor, "ben", at(6))
    assert [entry.call_id for entry in floor.waiting("desk")] == ["second"]
    assert state(acd.hang_up(floor, "anna", at(9))) is AgentState.WRAP_UP
    assert offers(acd.hang_up(floor, "anna", at(9)), 19) == [("second", "anna")]  # no other group has her


def test_an_agent_whom_another_group_got_does_not_serve_the_one_that_is_gone() -> None:
    floor = acd.regroup(waiting(desk("anna"), "first"), {"other": group("anna")}, {})
    assert offers(floor, 1) == []
    assert not floor.is_staffed("desk")


def test_new_rules_hold_from_now_on() -> None:
    floor = waiting(desk("anna", tiers=(Tier(("ben",), seconds(600)),)), "first", 0)
    floor = acd.pause(floor, "anna", "lunch", at(0))
    floor = acd.regroup(floor, {"desk": group("cleo", "anna")}, {})
    assert offers(floor, 30) == []
    floor, made = offered(acd.reach(floor, "cleo", at(30)), 30)
    assert made == [Offer("first", "cleo")]
