"""The queue of the day: offers reach the places, pauses end by the clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.distributor import Distributor
from dialplan.groups import Group, Limit


def group(*agents: str) -> Group:
    return Group.model_validate({"name": {"en": "Desk"}, "agents": list(agents), "ring_s": 5, "wrap_up_s": 0})


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENCE_S = 0.2


@pytest.fixture
async def distributor() -> AsyncIterator[Distributor]:
    """Its clock is the event loop's; a wrap-up lasts no second at all, a rest five."""
    loop = asyncio.get_running_loop()
    distributor = Distributor({"desk": group("anna", "ben")}, lambda: NOON + timedelta(seconds=loop.time()), PATIENCE_S)
    yield distributor
    distributor.close()


async def offered(offer_to: "asyncio.Future[Offer | None]") -> Offer | None:
    return await asyncio.wait_for(offer_to, 30)


# 001-16
async def test_a_caller_waits_until_an_agent_logs_in(distributor: Distributor) -> None:
    assert not distributor.is_staffed("desk")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    waiting = asyncio.ensure_future(place.next_offer())
    await asyncio.sleep(0)
    assert not waiting.done()
    distributor.reach("anna")
    assert distributor.is_staffed("desk")
    assert await offered(waiting) == Offer("call-1", "anna")


# 001-16
async def test_after_a_restart_who_waited_longer_is_first_although_he_is_found_later(distributor: Distributor) -> None:
    late = distributor.join(QueueEntry("late", "desk", NOON + timedelta(seconds=9)))
    early = distributor.join(QueueEntry("early", "desk", NOON))
    distributor.reach("anna")
    assert await offered(asyncio.ensure_future(early.next_offer())) == Offer("early", "anna")
    distributor.answer(Offer("early", "anna"))
    distributor.hang_up("anna")
    assert await offered(asyncio.ensure_future(late.next_offer())) == Offer("late", "anna")


async def test_who_is_found_talking_is_not_rung(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-0", "desk")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    waiting = asyncio.ensure_future(place.next_offer())
    await asyncio.sleep(0)
    assert not waiting.done()
    distributor.hang_up("anna")
    assert await offered(waiting) == Offer("call-1", "anna")


async def test_a_refusal_goes_to_the_next_agent(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.reach("ben")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    first = await offered(asyncio.ensure_future(place.next_offer()))
    assert first == Offer("call-1", "anna")
    distributor.refuse(first)
    assert await offered(asyncio.ensure_future(place.next_offer())) == Offer("call-1", "ben")


async def test_an_unknown_telephone_changes_nothing(distributor: Distributor) -> None:
    distributor.reach("somebody")
    assert not distributor.is_staffed("desk")


# 001-18
async def test_when_all_agents_have_gone_who_waits_is_told_after_a_while(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-0", "desk")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    waiting = asyncio.ensure_future(place.next_offer())
    distributor.lose("anna")
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await offered(waiting) is None


async def test_a_telephone_that_registers_anew_sends_nobody_away(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-0", "desk")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    waiting = asyncio.ensure_future(place.next_offer())
    distributor.lose("anna")
    distributor.reach("anna")
    done, _ = await asyncio.wait({waiting}, timeout=2 * PATIENCE_S)
    assert not done
    distributor.hang_up("anna")
    assert await offered(waiting) == Offer("call-1", "anna")


# D8
async def test_an_edit_of_the_groups_drops_nobody_who_waits(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-0", "desk")
    place = distributor.join(QueueEntry("call-1", "desk", NOON))
    distributor.regroup({"field": group("carl")})
    assert distributor.agents == ("anna", "ben", "carl")
    distributor.hang_up("anna")
    assert await offered(asyncio.ensure_future(place.next_offer())) == Offer("call-1", "anna")


# D8
async def test_who_belongs_to_another_group_goes_there_when_he_is_free(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.resume_talk("anna", "call-0", "desk")
    distributor.regroup({"desk": group("ben"), "field": group("anna")})
    place = distributor.join(QueueEntry("call-1", "field", NOON))
    waiting = asyncio.ensure_future(place.next_offer())
    await asyncio.sleep(0)
    assert not waiting.done()
    assert not distributor.is_staffed("desk")
    distributor.hang_up("anna")
    assert await offered(waiting) == Offer("call-1", "anna")


# D8
async def test_who_was_taken_out_of_the_groups_is_rung_no_more(distributor: Distributor) -> None:
    distributor.reach("anna")
    distributor.regroup({"desk": group("ben")})
    assert not distributor.is_staffed("desk")
    distributor.reach("anna")
    assert not distributor.is_staffed("desk")
    assert distributor.agents == ("ben",)


# D8
async def test_who_was_not_there_when_he_was_moved_logs_in_to_his_new_group(distributor: Distributor) -> None:
    distributor.regroup({"desk": group("ben"), "field": group("anna")})
    distributor.reach("anna")
    assert (distributor.is_staffed("desk"), distributor.is_staffed("field")) == (False, True)


# D8
async def test_a_group_that_never_was_has_nobody(distributor: Distributor) -> None:
    assert not distributor.is_staffed("gone")


# 000-24
async def test_who_waited_before_the_restart_has_come_to_his_place_or_is_gone(distributor: Distributor) -> None:
    entries = [QueueEntry(f"call-{number}", "desk", NOON + timedelta(seconds=number)) for number in range(3)]
    distributor.rejoin(entries)
    settled = asyncio.ensure_future(distributor.until_claimed(["call-0", "call-1", "another"]))
    distributor.join(entries[1])
    await asyncio.sleep(0)
    assert not settled.done()
    distributor.give_up("call-0")
    await asyncio.wait_for(settled, 30)


# P-4
async def test_handling_times_are_learnt_and_the_wait_is_told_from_them(distributor: Distributor) -> None:
    distributor.reach("anna")
    offer = Offer("call-1", "anna")
    distributor.join(QueueEntry("call-1", "desk", NOON))
    distributor.answer(offer)
    before = distributor.expected_wait("call-2")
    assert before is None  # he does not wait
    distributor.join(QueueEntry("call-2", "desk", NOON))
    usual = distributor.expected_wait("call-2")
    assert usual is not None
    assert usual.position == 1
    distributor.hang_up("anna")  # a talk of no time at all
    distributor.answer(Offer("call-2", "anna"))
    distributor.join(QueueEntry("call-3", "desk", NOON))
    shorter = distributor.expected_wait("call-3")
    assert shorter is not None
    assert shorter.high < usual.high


# P-4
async def test_a_group_is_full_when_as_many_wait_as_may(distributor: Distributor) -> None:
    limited = group("anna").model_copy(
        update={"limit": Limit.model_validate({"waiting": 2, "then": {"voicemail": "desk"}})}
    )
    distributor.regroup({"desk": limited})
    distributor.join(QueueEntry("call-1", "desk", NOON))
    assert not distributor.is_full("desk")
    distributor.join(QueueEntry("call-2", "desk", NOON))
    assert distributor.is_full("desk")
