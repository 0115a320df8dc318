"""What users of other systems complained of must not happen here (P-4). Each test is named after the complaint; the
threads were read on GitHub: FreePBX/issue-tracker and asterisk/asterisk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from floors import at, desk, floor_of, group, offered, offers, ringing, seconds, talking, waiting

from ari_app.acd import floor as acd
from ari_app.acd.agents import MISSED, AgentState
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer
from ari_app.acd.wait import HandlingTimes, expected_wait


# FreePBX/issue-tracker#621: "VQPlus Queue Callback prioritized ahead of other queue callers": callbacks came back with
# priority 5 and always went before those who held the line; they should keep their place without delaying others.
def test_callbacks_do_not_go_before_callers_who_were_there_earlier() -> None:
    floor = waiting(waiting(desk("anna"), "holds-the-line", 0), "callback", 1, callback=1)
    floor = waiting(floor, "came-later", 2)
    asked = []
    for moment in (10, 110, 210):
        floor, offer = ringing(floor, moment)
        asked.append(offer.call_id)
        floor = acd.get_ready(
            acd.hang_up(acd.answer(floor, offer, at(moment)), "anna", at(moment + 60)), "anna", at(90)
        )
    assert asked == ["holds-the-line", "callback", "came-later"]


# FreePBX/issue-tracker#621, its second half: "there should not be more callback calls in the queue than there are
# agents" who could take them.
def test_no_more_callbacks_are_dialled_at_once_than_there_are_free_agents() -> None:
    floor = talking(waiting(desk("anna", "ben", "cleo", "dan"), "early", -60), -60)
    for number in range(60):
        floor = waiting(floor, f"callback-{number}", number, callback=number)
    floor, made = offered(floor, 100)
    assert [offer.call_id for offer in made] == ["callback-0", "callback-1", "callback-2"]
    assert {offer.agent for offer in made} == {"ben", "cleo", "dan"}  # each dial has an agent of its own
    assert offers(floor, 160) == []


# FreePBX/issue-tracker#525: "vqplus generating multiple callbacks": before the called telephone could answer, two or
# three more calls to the same number were begun.
def test_a_callback_that_is_being_dialled_is_not_dialled_again() -> None:
    floor, offer = ringing(waiting(desk("anna", "ben", "cleo"), "callback", 0, callback=1), 0)
    for moment in range(1, 300, 7):
        floor = acd.get_ready(acd.pause(floor, "ben", "short", at(moment)), "ben", at(moment))  # a free agent is seen
        assert offers(floor, moment) == []
    floor = acd.join(floor, floor.entries["callback"])  # the same request once more
    assert offers(floor, 300) == []
    answered = acd.answer(floor, offer, at(301))
    assert offers(answered, 302) == []


# asterisk/asterisk#1006: "Periodically wrapuptime […] ends earlier than set": an agent of six queues, all with 30 s,
# sometimes got the next call 3 s after the last one.
@pytest.mark.parametrize("first", range(6))
def test_the_wrap_up_of_an_agent_of_six_groups_is_never_shorter_than_it_is_set(first: int) -> None:
    names = [f"queue{number}" for number in range(6)]
    floor = floor_of({name: group("agent3157", wrap_up=seconds(30)) for name in names})
    floor = talking(waiting(floor, "first", 0, group=names[first]), 0)
    for number, name in enumerate(names):  # somebody waits in each of them already, and others come
        floor = waiting(floor, f"next{number}", 1, group=name)
    floor = acd.hang_up(floor, "agent3157", at(60))
    for tenths in range(300):
        floor = acd.log_in(acd.reach(floor, "agent3157", at(60)), "agent3157", at(60))  # noise about him
        assert offers(floor, 60 + tenths / 10) == []
    assert len(offers(floor, 90)) == 1


def missed_rings(floor: Floor, count: int, since: float) -> Floor:
    for number in range(count):
        floor, offer = ringing(floor, since + 20 * number)
        floor = acd.refuse(floor, offer, at(since + 20 * number + 14))
    return floor


def short_pause(floor: Floor) -> Floor:
    return acd.get_ready(acd.pause(floor, "anna", "coffee", at(60)), "anna", at(61))


def new_login(floor: Floor) -> Floor:
    return acd.log_in(acd.log_out(floor, "anna", at(60)), "anna", at(61))


def answered_call(floor: Floor) -> Floor:
    return waiting(acd.hang_up(talking(floor, 60), "anna", at(61)), "another", 0)


# FreePBX/issue-tracker#816: "Customize Number of Missed Calls for Queue Auto Pause": it is fixed at one; the count
# should begin anew when he answers, when he pauses or ends a pause himself, and when he logs in or out.
@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_number_of_missed_calls_before_the_pause_can_be_set(count: int) -> None:
    floor = waiting(desk("anna", missed_rings=count, rest=timedelta()), "caller", -1)
    assert missed_rings(floor, count - 1, 0).agents["anna"].pause is None
    assert missed_rings(floor, count, 0).agents["anna"].pause == MISSED


@pytest.mark.parametrize("begins_anew", [answered_call, short_pause, new_login])
def test_missed_calls_are_counted_anew_after_an_answer_a_pause_or_a_login(
    begins_anew: Callable[[Floor], Floor],
) -> None:
    floor = waiting(desk("anna", missed_rings=3, rest=timedelta(), wrap_up=timedelta()), "caller", -1)
    floor = begins_anew(missed_rings(floor, 2, 0))
    assert missed_rings(floor, 2, 100).agents["anna"].pause is None
    assert missed_rings(floor, 3, 100).agents["anna"].pause == MISSED


# P-4, and what app_queue does: one figure for all, whatever their place, that rises once it is exceeded.
def test_the_announced_wait_depends_on_the_place_and_does_not_rise_when_it_is_exceeded() -> None:
    floor = talking(waiting(desk("anna"), "early", 0), 0)
    for number in range(5):
        floor = waiting(floor, f"caller{number}", 1)
    waits = [expected_wait(floor, HandlingTimes(), f"caller{number}", at(2)) for number in range(5)]
    assert [wait.position for wait in waits if wait] == [1, 2, 3, 4, 5]
    highs = [wait.high for wait in waits if wait]
    assert highs == sorted(set(highs))
    later = expected_wait(floor, HandlingTimes(), "caller4", at(7200))
    assert later is not None
    assert later.high <= highs[4]


# P-4: pause reasons. FreePBX/issue-tracker#912: "changing the reason defines two intervals that should be accounted
# for separately".
def test_a_changed_reason_of_a_pause_is_the_one_that_is_shown() -> None:
    floor = acd.pause(acd.pause(desk("anna"), "anna", "lunch", at(0)), "anna", "training", at(60))
    assert (floor.agents["anna"].pause, floor.agents["anna"].since) == ("training", at(60))


# asterisk/asterisk#607: after an attended transfer the wrap-up of the first agent did not work any more.
def test_after_a_warm_transfer_both_agents_have_their_wrap_up() -> None:
    groups = {"desk": group("anna", wrap_up=seconds(10)), "second-level": group("ben", wrap_up=seconds(50))}
    floor = talking(waiting(floor_of(groups), "first", 0), 0)
    floor = acd.answer(acd.ring(floor, "ben", "first", "second-level", at(30)), Offer("first", "ben"), at(35))
    floor = acd.hang_up(floor, "anna", at(40))
    assert floor.agents["ben"].state is AgentState.TALKING
    floor = acd.hang_up(floor, "ben", at(100))
    assert (floor.agents["anna"].until, floor.agents["ben"].until) == (at(50), at(150))
