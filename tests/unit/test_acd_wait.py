"""The expected wait (D5): from the place, the agents who are there, and live handling times; it never rises."""

from datetime import timedelta

import pytest
from floors import at, desk, floor_of, group, ringing, seconds, talking, waiting, wrapping_up

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.rules import Overflow, Tier
from ari_app.acd.wait import HandlingTimes, Wait, expected_wait

TIMES = HandlingTimes()


def all_talk(floor: Floor, now: float = 0) -> Floor:
    """Every agent has a caller since `now`."""
    for name in floor.agents:
        floor = acd.resume_talk(floor, name, f"call of {name}", "desk", at(now))
    return floor


def wait_of(floor: Floor, call_id: str, now: float, times: HandlingTimes = TIMES) -> Wait:
    found = expected_wait(floor, times, call_id, at(now))
    assert found is not None
    return found


def likely_s(floor: Floor, call_id: str, now: float, times: HandlingTimes = TIMES) -> float:
    return wait_of(floor, call_id, now, times).likely.total_seconds()


def queue_of(floor: Floor, count: int) -> Floor:
    for number in range(count):
        floor = waiting(floor, f"caller{number + 1}", number)
    return floor


# D5
def test_the_place_counts_those_of_the_own_group_who_are_due_earlier() -> None:
    floor = queue_of(all_talk(floor_of({"desk": group("anna"), "other": group("ben")})), 3)
    floor = waiting(floor, "elsewhere", 0, group="other")
    floor = waiting(waiting(floor, "urgent", 50, priority=5), "callback", 60, callback=1)
    places = {call_id: wait_of(floor, call_id, 70).position for call_id in floor.entries}
    assert places == {"urgent": 1, "caller1": 2, "caller2": 3, "caller3": 4, "callback": 5, "elsewhere": 1}


def test_it_grows_with_the_place_and_shrinks_with_the_agents() -> None:
    one, four = queue_of(all_talk(desk("a")), 5), queue_of(all_talk(desk("a", "b", "c", "d")), 5)
    waits = [likely_s(one, f"caller{place}", 10) for place in range(1, 6)]
    assert waits == sorted(set(waits))
    assert likely_s(four, "caller5", 10) < waits[4] / 3


def test_it_follows_the_talks_of_the_group() -> None:
    floor, times = queue_of(all_talk(desk("a", "b")), 3), HandlingTimes()
    for _ in range(200):
        times = times.note("desk", 60).note("elsewhere", 3600)
    assert times.mean_s("desk") == pytest.approx(60, rel=0.05)
    assert likely_s(floor, "caller3", 5, times) < likely_s(floor, "caller3", 5) / 2


def test_a_single_odd_talk_does_not_turn_it_over() -> None:
    times = HandlingTimes()
    for _ in range(40):
        times = times.note("desk", 200)
    assert times.note("desk", 3600).mean_s("desk") < 300


def test_the_end_of_a_wrap_up_is_known() -> None:
    floor = waiting(wrapping_up(desk("anna", wrap_up=seconds(30)), 0), "first", 1)
    wait = wait_of(floor, "first", 10)
    assert seconds(20) <= wait.low <= wait.high <= seconds(33)  # and the telephone rings for a while


def test_the_time_at_which_a_tier_opens_is_known() -> None:
    floor = talking(waiting(desk("anna", tiers=(Tier(("ben",), seconds(60)),)), "early", 0), 0)
    wait = wait_of(waiting(floor, "next", 10), "next", 40)
    assert seconds(40) <= wait.high <= seconds(43)


def test_the_band_is_around_what_is_likely() -> None:
    floor = queue_of(all_talk(desk("a", "b", "c")), 9)
    for place in range(1, 10):
        wait = wait_of(floor, f"caller{place}", 30)
        assert timedelta() <= wait.low < wait.likely < wait.high


def test_who_pauses_counts_less_than_who_talks() -> None:
    floor = queue_of(all_talk(desk("a", "b")), 2)
    pausing = acd.pause(floor, "b", "lunch", at(2))
    assert likely_s(floor, "caller2", 5) < likely_s(pausing, "caller2", 5)
    assert likely_s(pausing, "caller2", 5) < likely_s(acd.log_out(floor, "b", at(2)), "caller2", 5)


def test_helpers_shorten_it_but_have_callers_of_their_own() -> None:
    groups = {"desk": group("a", overflows=(Overflow("other", after=seconds(0)),)), "other": group("b")}
    helped = queue_of(all_talk(floor_of(groups)), 4)
    alone = queue_of(all_talk(desk("a")), 4)
    assert likely_s(helped, "caller4", 10) < likely_s(alone, "caller4", 10)
    busy = helped
    for number in range(4):
        busy = waiting(busy, f"other{number}", -60, group="other")
    assert likely_s(helped, "caller4", 10) < likely_s(busy, "caller4", 10) <= likely_s(alone, "caller4", 10)


def test_who_is_just_being_offered_waits_for_a_few_rings() -> None:
    floor, _ = ringing(waiting(desk("anna"), "first"))
    assert wait_of(floor, "first", 1).high <= seconds(15)


@pytest.mark.parametrize("why", ["gone", "nobody there", "all pause", "unknown group"])
def test_where_it_cannot_be_known_nothing_is_said(why: str) -> None:
    floor = waiting(desk("anna"), "first", group="elsewhere" if why == "unknown group" else "desk")
    if why == "gone":
        floor = acd.leave(floor, "first", at(1))
    if why == "nobody there":
        floor = acd.lose(floor, "anna", at(1))
    if why == "all pause":
        floor = acd.pause(floor, "anna", "lunch", at(1))
    assert expected_wait(floor, TIMES, "first", at(2)) is None


def lively() -> Floor:
    """Agents in every state, two groups that help each other, tiers and skills that will open, callers of all kinds."""
    overflows = (Overflow("other", after=seconds(90)), Overflow("other", waiting_per_agent=3))
    tiers = (Tier(("cleo", "dan"), seconds(45)), Tier(("eve",), seconds(300)))
    groups = {
        "desk": group("anna", "ben", tiers=tiers, overflows=overflows, wrap_up=seconds(120)),
        "other": group("dan", "fay", "gus"),
    }
    floor = all_talk(floor_of(groups))
    floor = acd.hang_up(acd.hold(floor, "ben", at(1)), "anna", at(1))
    floor = acd.pause(acd.hang_up(floor, "gus", at(2)), "gus", "lunch", at(3))
    floor = acd.lose(floor, "eve", at(4))
    for number in range(12):
        kind = "desk" if number % 3 else "other"
        floor = waiting(
            floor, f"caller{number}", number, group=kind, priority=number % 2, skills={"network": number % 4}
        )
    return waiting(floor, "known", 6, wants="ben")


# D5
@pytest.mark.parametrize("call_id", ["caller1", "caller3", "caller10", "caller11", "known"])
def test_it_never_rises_while_nothing_changed(call_id: str) -> None:
    floor = lively()
    before = wait_of(floor, call_id, 20)
    for now in range(21, 1200, 3):
        after = wait_of(floor, call_id, now)
        assert after.low <= before.low
        assert after.likely <= before.likely
        assert after.high <= before.high
        before = after


def test_one_who_comes_later_does_not_lengthen_it() -> None:
    floor = lively()
    assert wait_of(waiting(floor, "later", 30), "caller10", 31) == wait_of(floor, "caller10", 31)
