"""The telephone in the browser on a whole line: who is rung where."""

import asyncio
from pathlib import Path

import pytest
from browser_phones import a_browser, add_user, logged_in, open_phone
from line_calls import on_duty, on_the_phone, until_event
from line_talks import RING_WITHIN_S
from real_line import RealLine

from ari_app.phones.errors import PhoneError


# P-6 P-5
async def test_an_agent_is_rung_in_his_browser_and_on_his_desk_when_that_is_gone(
    line: RealLine, tmp_path: Path
) -> None:
    add_user(line.store, "maria", "agent1")
    address = line.settings.web.url
    async with on_duty(line, tmp_path, "agent1") as desk, a_browser() as browser:
        async with logged_in(browser, address, "maria") as context, on_the_phone(line, tmp_path, "+49301") as caller:
            phone = await open_phone(context, address)
            await phone.start()
            await phone.until_state("ready")
            await caller.press("0")
            await phone.until("phone.call?.state === 'ringing'")
            with pytest.raises(PhoneError, match="no call came in"):
                await desk.incoming(0.5)
            await phone.page.close()
            ringing = await desk.incoming(RING_WITHIN_S)
            await ringing.answer()
            ticket = await until_event(line, caller, "queue_answered")
            await ringing.hang_up()
        refused = [event.data for event in line.store.events.of_ticket(ticket.number) if event.kind == "queue_refused"]
        assert [(data["agent"], data["reason"]) for data in refused] == [("agent1", "telephone gone")]
        assert ticket.agent == "agent1"


# P-6
async def test_a_talk_by_browser_ends_for_both_and_a_closed_tab_leaves_no_caller_alone(
    line: RealLine, tmp_path: Path
) -> None:
    address = line.settings.web.url
    async with a_browser() as browser, logged_in(browser, address, "maria") as context:
        phone = await open_phone(context, address)
        await phone.start()
        await phone.until_state("ready")
        async with on_the_phone(line, tmp_path, "+49302") as caller:
            await caller.press("0")
            await phone.until("phone.call?.state === 'ringing'")
            await phone.do("phone.answer()")
            await until_event(line, caller, "queue_answered")
            heard, _ = await asyncio.gather(
                phone.do("heard()"), caller.say(line.spoken("vpn will not connect from home"))
            )
            assert heard is not None
            await phone.page.close()
            ticket = await until_event(line, caller, "talk_left", 30)
            assert caller.ended is None, "nobody has hung up on him"
            assert ticket.is_live
