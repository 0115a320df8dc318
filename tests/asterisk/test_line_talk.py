"""Once an agent has answered: hold, consultation, transfer, conference and the way back, as all of them hear it."""

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from line_calls import on_duty, on_the_phone, ticket_of, until_event, until_ticket
from line_talks import CALLER, FIRST, RING_WITHIN_S, SECOND, Desk, Ears, answered, has_voice, recording_of
from numpy.typing import NDArray
from real_line import NUMBER, RealLine

from ari_app.control.client import ask
from ari_app.control.errors import Refused
from ari_app.phones.phone import Phone

DECLINED = 603


# P-5 000-11 000-12
async def test_hold_then_a_warm_transfer(line: RealLine, tmp_path: Path) -> None:
    ears, desk = Ears(), Desk(line, "agent1")
    async with (
        on_duty(line, tmp_path, "agent1") as telephone,
        answered(line, tmp_path, telephone, "+493023125701") as (caller, first),
    ):
        await ears.speak(caller, CALLER, [first], [])
        await desk.do("hold")
        assert await desk.state() == "hold"
        await ears.listen_to_music(caller)
        await ears.speak(first, FIRST, [], [caller])
        await desk.do("unhold")
        await ears.speak(first, FIRST, [caller], [])
        await first.hold()  # at the telephone, this time
        await until_ticket(line, caller, lambda ticket: line.happened(ticket).count("call_held") == 2)
        await ears.listen_to_music(caller)
        await first.hold(False)
        await until_ticket(line, caller, lambda ticket: line.happened(ticket).count("call_unheld") == 2)
        await first.refer(f"sip:{NUMBER}@{line.registrar}")
        assert await first.until(lambda: first.referred == [DECLINED], 30)
        await ears.speak(caller, CALLER, [first], [])

        with pytest.raises(Refused, match="agent2 is not free"):
            await desk.do("consult", target="agent:agent2")
        with pytest.raises(Refused, match="may not be dialled"):
            await desk.do("transfer", target="number:+4930111222333")
        async with on_duty(line, tmp_path, "agent2") as other_telephone:
            await Desk(line, "agent2").free()
            consulting = asyncio.create_task(desk.do("consult", target="agent:agent2"))
            second = await other_telephone.incoming(RING_WITHIN_S)
            await second.answer()
            await consulting
            await ears.speak(first, FIRST, [second], [caller])
            await ears.speak(second, SECOND, [first], [caller])
            await desk.do("complete")
            assert (await first.over()).by_us is False
            assert (await desk.state(), await Desk(line, "agent2").state()) == ("wrap_up", "talking")
            await ears.speak(caller, CALLER, [second], [])
            await ears.speak(second, SECOND, [caller], [])
            await second.hang_up()
            assert (await caller.over()).by_us is False
        ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    ears.check()
    assert ticket.agent == "agent2"
    told = [event for event in line.store.events.of_ticket(ticket.number) if event.kind == "transferred"]
    assert [event.data for event in told] == [{"from": "agent1", "to": "agent2", "warm": True}]
    recording = recording_of(line, ticket)
    assert all(has_voice(recording, pitch) for pitch in (CALLER, FIRST, SECOND))
    # Where only agents hear each other nothing is recorded: FIRST speaks four times, and is on it once.
    assert sum(has_voice(part, FIRST) for part in _half_seconds(recording)) <= 3


# P-5
async def test_a_conference_goes_on_without_who_leaves_and_a_cold_transfer_stays_on_the_ticket(
    line: RealLine, tmp_path: Path
) -> None:
    ears, desk = Ears(), Desk(line, "agent3")
    async with (
        on_duty(line, tmp_path, "agent3") as telephone,
        answered(line, tmp_path, telephone, "+493023125702") as (caller, first),
        on_duty(line, tmp_path, "agent4") as other_telephone,
    ):
        await Desk(line, "agent4").free()
        consulting = asyncio.create_task(desk.do("consult", target="tier:helpdesk/1"))
        second = await other_telephone.incoming(RING_WITHIN_S)
        await second.answer()
        await consulting
        await desk.do("conference")
        await ears.speak(caller, CALLER, [first, second], [])
        await ears.speak(first, FIRST, [caller, second], [])
        await ears.speak(second, SECOND, [caller, first], [])
        await first.hang_up()
        await until_ticket(line, caller, lambda ticket: ticket.agent == "agent4")
        await ears.speak(second, SECOND, [caller], [])

        async with on_duty(line, tmp_path, "agent11") as third_telephone:
            await Desk(line, "agent4").do("transfer", target="group:service-manager")
            assert (await second.over(30)).by_us is False
            assert await Desk(line, "agent4").state() == "wrap_up"
            third = await third_telephone.incoming(RING_WITHIN_S)
            await third.answer()
            ticket = await until_ticket(line, caller, lambda ticket: ticket.agent == "agent11")
            await ears.speak(third, FIRST, [caller], [])
            await ears.speak(caller, CALLER, [third], [])
            await third.hang_up()
            await until_event(line, caller, "talk_left")
            await until_ticket(line, caller, lambda ticket: "How" in line.heard_from(ticket, "line")[-1])
            await caller.press("5")
            assert (await caller.over()).by_us is False
    ears.check()
    again = await ticket_of(line, caller)
    assert again.mark == 5
    halves = _half_seconds(recording_of(line, again))
    left_at = max(at for at, half in enumerate(halves) if has_voice(half, SECOND))
    end = np.concatenate(halves[left_at + 1 :])
    assert has_voice(end, CALLER)
    assert has_voice(end, FIRST)
    assert again.number == ticket.number
    assert line.happened(again).count("queue_answered") == 2


# P-5 003-10
async def test_who_is_returned_to_the_queue_keeps_his_place(line: RealLine, tmp_path: Path) -> None:
    desk = Desk(line, "agent5")
    async with (
        on_duty(line, tmp_path, "agent5") as telephone,
        answered(line, tmp_path, telephone, "+493023125703") as (early, talk),
        on_the_phone(line, tmp_path, "+493023125704") as late,
    ):
        await late.press("0")
        await until_event(line, late, "queue_entered")
        await desk.do("return_to_queue", reason="wrong tier")
        await talk.over(30)
        ticket = await until_event(line, early, "returned_to_queue")
        assert {"agent": "agent5", "reason": "wrong tier"} in [
            event.data for event in line.store.events.of_ticket(ticket.number)
        ]
        await ask(line.settings.control_socket, "agent.ready", agent="agent5")  # no wrap-up
        again = await telephone.incoming(RING_WITHIN_S)
        assert "+493023125703" in again.remote
        await again.answer()
        await until_ticket(line, early, lambda ticket: line.happened(ticket).count("queue_answered") == 2)


# P-5 001-16
async def test_a_restarted_controller_finds_who_is_on_hold_and_who_consults(line: RealLine, tmp_path: Path) -> None:
    ears, desk = Ears(), Desk(line, "agent7")
    async with (
        on_duty(line, tmp_path, "agent7") as telephone,
        answered(line, tmp_path, telephone, "+493023125707") as (caller, first),
        on_duty(line, tmp_path, "agent8") as other_telephone,
    ):
        await Desk(line, "agent8").free()
        consulting = asyncio.create_task(desk.do("consult", target="agent:agent8"))
        second = await other_telephone.incoming(RING_WITHIN_S)
        await second.answer()
        await consulting
        os.kill(line.pids()["controller"], signal.SIGKILL)
        await ears.speak(first, FIRST, [second], [caller])
        await ears.listen_to_music(caller)
        await until_event(line, caller, "call_resumed")
        await ears.listen_to_music(caller)
        await desk.do("complete")
        assert (await first.over()).by_us is False
        await ears.speak(second, SECOND, [caller], [])
        await ears.speak(caller, CALLER, [second], [])
        await second.hang_up()
        assert (await caller.over()).by_us is False
    ears.check()
    ticket = await until_ticket(line, caller, lambda ticket: not ticket.is_live)
    assert ticket.agent == "agent8"
    recording = recording_of(line, ticket)[-6 * 8000 :]
    assert [has_voice(recording, pitch) for pitch in (CALLER, FIRST, SECOND)] == [True, False, True]


# P-5 000-12 004-10
async def test_an_agent_at_another_site_and_a_supplier_who_answers_at_last(line: RealLine, tmp_path: Path) -> None:
    ears, desk, branch = Ears(), Desk(line, "agent6"), Desk(line, "branch1")
    async with (
        Phone.running(line.outside("+493023125991"), tmp_path / "outside") as outside,
        on_duty(line, tmp_path, "agent6") as telephone,
        answered(line, tmp_path, telephone, "+493023125706") as (caller, first),
    ):
        await desk.do("transfer", target="agent:branch1")
        assert (await first.over(30)).by_us is False
        second = await outside.incoming(RING_WITHIN_S)
        await second.answer()
        await until_ticket(line, caller, lambda ticket: ticket.agent == "branch1")
        await ears.speak(second, SECOND, [caller], [])

        await branch.do("transfer", target="supplier:printers")
        assert (await second.over(30)).by_us is False
        await (await outside.incoming(RING_WITHIN_S)).refuse()
        again = await outside.incoming(RING_WITHIN_S)  # the branch, once more
        await again.answer()
        await until_ticket(line, caller, lambda ticket: line.happened(ticket).count("queue_answered") == 3)

        await branch.do("transfer", target="supplier:printers")
        supplier = await outside.incoming(RING_WITHIN_S)
        await ears.listen_to_music(caller)
        await supplier.answer()
        await until_event(line, caller, "talk_joined")
        await ears.speak(supplier, FIRST, [caller], [])
        await ears.speak(caller, CALLER, [supplier], [])
        await caller.hang_up()
        assert (await supplier.over()).by_us is False
    ears.check()
    recording = recording_of(line, await until_ticket(line, caller, lambda ticket: not ticket.is_live))
    assert all(has_voice(recording, pitch) for pitch in (CALLER, FIRST, SECOND))


def _half_seconds(recording: NDArray[np.int16]) -> list[NDArray[np.int16]]:
    return np.array_split(recording, len(recording) // 4000)
