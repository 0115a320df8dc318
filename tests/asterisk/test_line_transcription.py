"""A talk on a whole line is written down while it goes on: who said what, and not what nobody was to hear. # P-7"""

import asyncio
from pathlib import Path

from line_calls import on_duty, until_event, until_ticket
from line_talks import Desk, answered
from real_line import RealLine, word_errors

RING_WITHIN_S = 30
WRITTEN_WITHIN_S = 20.0
PROBLEM = "my account is locked and i cannot log in"
ANSWER = "i can see your ticket and will take care of it"
ASIDE = "my cat likes to sleep on the sofa"


async def test_caller_and_agent_stand_in_the_ticket_by_themselves(line: RealLine, tmp_path: Path) -> None:
    async with on_duty(line, tmp_path, "agent8") as first, answered(line, tmp_path, first, "+493023125310") as talking:
        caller, _ = talking
        async with on_duty(line, tmp_path, "agent10") as phone:
            await Desk(line, "agent8").do("transfer", target="group:dispatch")
            agent = await phone.incoming(RING_WITHIN_S)
            await agent.answer()
            ticket = await until_ticket(line, caller, lambda ticket: ticket.agent == "agent10")
            await until_ears(line, 2)
            before = len(line.heard_from(ticket, "caller"))
            await caller.say(line.spoken(PROBLEM))
            await until_ticket(
                line, caller, lambda ticket: len(line.heard_from(ticket, "caller")) > before, WRITTEN_WITHIN_S
            )
            await agent.say(line.spoken(ANSWER))
            await until_ticket(line, caller, lambda ticket: bool(line.heard_from(ticket, "agent")), WRITTEN_WITHIN_S)
            await Desk(line, "agent10").do("hold")
            await caller.say(line.spoken(ASIDE))
            await agent.say(line.spoken(ASIDE))
            await Desk(line, "agent10").do("unhold")
            await until_event(line, caller, "call_unheld")
            await agent.hang_up()
            await until_ticket(line, caller, lambda ticket: not ticket.is_live)
            await until_ears(line, 0)
    said = line.heard_from(ticket, "caller")[before:]
    assert len(said) == 1
    assert word_errors(PROBLEM, said[0]) <= 0.25
    (answer,) = line.heard_from(ticket, "agent")
    assert word_errors(ANSWER, answer) <= 0.25


async def until_ears(line: RealLine, number: int) -> None:
    async with asyncio.timeout(WRITTEN_WITHIN_S):
        while sum(channel.startswith("snoop:") for channel in await asyncio.to_thread(line.channels)) != number:  # noqa: ASYNC110 (Asterisk)
            await asyncio.sleep(0.1)
