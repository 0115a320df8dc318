"""After a restart the line knows from its log how long talks take (D5)."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from floors import at, desk, seconds

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer
from ari_app.acd.wait import HandlingTimes
from ari_app.acd_store import change_of, handling_times_of
from tickets.events import Event

Change = Callable[[Floor, datetime], Floor]


def ring(floor: Floor, now: datetime) -> Floor:
    return acd.ring(floor, "anna", f"call at {now}", "desk", now)


def answer(floor: Floor, now: datetime) -> Floor:
    return acd.answer(floor, Offer(floor.agents["anna"].call_id or "", "anna"), now)


def hold(floor: Floor, now: datetime) -> Floor:
    return acd.hold(floor, "anna", now)


def unhold(floor: Floor, now: datetime) -> Floor:
    return acd.unhold(floor, "anna", now)


def hang_up(floor: Floor, now: datetime) -> Floor:
    return acd.end_pauses(acd.hang_up(floor, "anna", now), now)


def ready(floor: Floor, now: datetime) -> Floor:
    return acd.get_ready(floor, "anna", now)


def told(floor: Floor, *happened: tuple[float, Change]) -> Iterator[Event]:
    """What the log would have after these changes."""
    for number, (now, change) in enumerate(happened):
        before, floor = floor, change(floor, at(now))
        for event in change_of(before, floor, at(now)).events:
            yield Event(number, event.at, event.kind, None, None, event.data)


# D5
@pytest.mark.parametrize("wrap_up_s", [0, 30])
def test_talks_are_counted_from_the_answer_to_the_hang_up_with_their_holds(wrap_up_s: int) -> None:
    floor = desk("anna", wrap_up=seconds(wrap_up_s))
    first = ((-5, ring), (0, answer), (40, hold), (70, unhold), (90, hang_up))
    second = ((95, ring), (100, answer), (120, hang_up))
    events = told(floor, *first, (93, ready), *second)
    assert handling_times_of(events) == HandlingTimes().note("desk", 90).note("desk", 20)


def test_a_talk_that_goes_on_or_whose_beginning_is_not_known_does_not_count() -> None:
    floor = acd.resume_talk(desk("anna"), "anna", "earlier", "desk", at(-50))
    assert handling_times_of(told(floor, (5, hang_up), (9, ring), (10, answer), (20, hold))) == HandlingTimes()
