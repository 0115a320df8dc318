"""kill -9 of the controller with thirty in the queue and five who talk: nobody is lost, and all of it is told."""

import asyncio
import os
import signal
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from line_calls import on_duty
from line_crowd import crowd, until, waiting, work
from real_line import NUMBER, RealLine

from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall
from ari_app.processes import started_at
from ivr.speech import mulaw
from tickets.events import Event, Kind
from tickets.ticket import Ticket

QUEUED = 30
TALKERS = ("agent1", "agent2", "agent3", "agent4", "agent5")
SIXTH = "agent6"
OFFERS_RESUME_WITHIN_S = 10.0
"""Wide: a machine that is busy with other tests, and that does not let the controller be in haste, keeps to it too. The
figure is printed; the promise of three seconds is measured by `hotline bench restart`."""
TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))


@dataclass(slots=True)
class Aftermath:
    """`came` is the order in which the callers came into the queue, `rung` that in which agents were rung for them
    after the restart, both by call id."""

    came: list[str] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    talkers: list[Ticket] = field(default_factory=list)
    heard_meanwhile: list[bool] = field(default_factory=list)
    offered_after_s: float = 0.0
    sipp_exit: int | None = None


@pytest.fixture(scope="module")
def aftermath(line: RealLine, tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    result = Aftermath()
    asyncio.run(_kill_and_see(line, tmp_path_factory.mktemp("killed"), result))
    return result


async def _kill_and_see(line: RealLine, folder: Path, result: Aftermath) -> None:
    async with asyncio.timeout(300), AsyncExitStack() as stack:

        def telephone(number: int) -> Awaitable[Phone]:
            return stack.enter_async_context(Phone.running(line.caller(f"+493023125{number}"), folder / str(number)))

        desks = await asyncio.gather(*(stack.enter_async_context(on_duty(line, folder, name)) for name in TALKERS))
        # Each with a number of his own: who calls again rather waits for the agent he knows.
        waits, *talkers = await asyncio.gather(*(telephone(number) for number in range(710, 711 + len(TALKERS))))
        talks, at_desks = await asyncio.gather(
            asyncio.gather(*(_begin_talk(phone) for phone in talkers)),
            asyncio.gather(*(_answer(desk) for desk in desks)),
        )
        async with crowd(line, folder, QUEUED) as sipp:
            assert await until(lambda: len(waiting(line)) == QUEUED, 40)
            await _begin_talk(waits)
            assert await until(lambda: len(waiting(line)) == QUEUED + 1, 30)
            result.came = waiting(line)
            sixth = await stack.enter_async_context(Phone.running(line.agent(SIXTH), folder / SIXTH))
            await sixth.incoming(30)
            old = line.pids()["controller"]
            os.kill(old, signal.SIGKILL)
            began = [call.now_s for call in at_desks]
            await asyncio.gather(*(talk.say(TONE) for talk in talks))
            result.heard_meanwhile = [
                any((sound.ended_s or 1e9) > then for sound in call.sounds)
                for call, then in zip(at_desks, began, strict=True)
            ]
            again = await sixth.incoming(40)
            result.offered_after_s = again.began_at - started_at(line.pids()["controller"])
            result.talkers = [ticket for talk in talks if (ticket := line.ticket(talk.sip_call_id)) is not None]
            await again.answer()
            await asyncio.gather(*(call.hang_up() for call in at_desks))
            tasks = [asyncio.create_task(work(line, desk, name)) for desk, name in zip(desks, TALKERS, strict=True)]
            tasks.append(asyncio.create_task(work(line, sixth, SIXTH, again)))
            await asyncio.wait_for(sipp.wait(), 60)
            assert await until(lambda: not line.store.tickets.live(), 30)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            result.sipp_exit = sipp.returncode
    result.rung = _rung_after_restart(line)


async def _begin_talk(phone: Phone) -> PhoneCall:
    """A caller who wants a person."""
    call = await phone.call(NUMBER)
    await call.answered()
    await call.press("0")
    return call


async def _answer(desk: Phone) -> PhoneCall:
    call = await desk.incoming(30)
    await call.answer()
    return call


def _rung_after_restart(line: RealLine) -> list[str]:
    told = (line.settings.state_dir / "log" / "controller.log").read_text().rpartition("connected to Asterisk")[2]
    words = [word for row in told.splitlines() if " offer " in row for word in row.split()]
    return list(dict.fromkeys(word.removeprefix("call=") for word in words if word.startswith("call=")))


def _story(line: RealLine, call_id: str) -> list[Event]:
    events: list[Event] = line.store.events.of_call(call_id)
    return events


def _kinds(line: RealLine, call_id: str) -> list[str]:
    return [event.kind for event in _story(line, call_id)]


# 000-24
def test_agents_are_rung_again_soon_after_the_start(aftermath: Aftermath) -> None:
    print(f"the first agent was rung {aftermath.offered_after_s:.2f} s after the start")  # noqa: T201  a figure to look at
    assert aftermath.offered_after_s < OFFERS_RESUME_WITHIN_S


# 000-24 001-16
def test_who_waits_is_answered_in_the_order_of_coming(aftermath: Aftermath) -> None:
    assert len(aftermath.came) == QUEUED + 1
    assert aftermath.rung == aftermath.came
    assert aftermath.sipp_exit == 0


# 000-24
def test_who_waits_longest_hears_why(line: RealLine, aftermath: Aftermath) -> None:
    said = [event.data["prompts"] for event in _story(line, aftermath.came[-1]) if event.kind == Kind.SAID]
    (apology,) = [prompts for prompts in said if "waiting.resumed" in prompts]
    assert apology[0] == "waiting.resumed"


# 000-24
def test_who_talks_goes_on_talking(line: RealLine, aftermath: Aftermath) -> None:
    assert aftermath.heard_meanwhile == [True] * len(TALKERS)
    assert sorted(ticket.agent or "" for ticket in aftermath.talkers) == list(TALKERS)
    for ticket in aftermath.talkers:
        kinds = _kinds(line, ticket.call_id)
        once = ("ticket_opened", "queue_entered", "queue_answered", "call_resumed", "call_finished")
        assert {kind: kinds.count(kind) for kind in once} == dict.fromkeys(once, 1)


# 000-24 D9
def test_the_log_of_each_call_tells_the_whole_story_once(line: RealLine, aftermath: Aftermath) -> None:
    for call_id in aftermath.came:
        kinds = _kinds(line, call_id)
        once = ("ticket_opened", "decided", "queue_entered", "call_resumed", "queue_answered", "call_finished")
        assert {kind: kinds.count(kind) for kind in once} == dict.fromkeys(once, 1), call_id
        offers = [kind for kind in kinds if kind.startswith("queue_")]
        assert offers.pop(0) == Kind.QUEUE_ENTERED
        assert offers[::2] == [Kind.QUEUE_OFFERED] * (len(offers) // 2), offers
        assert offers[1::2] == [*[Kind.QUEUE_REFUSED] * (len(offers) // 2 - 1), Kind.QUEUE_ANSWERED], offers


# 000-24 P-4
def test_the_log_of_each_agent_tells_of_each_call_once(line: RealLine, aftermath: Aftermath) -> None:
    calls = {*aftermath.came, *(ticket.call_id for ticket in aftermath.talkers)}
    answered = [
        event.data["call"]
        for event in line.store.events.since(None, [Kind.AGENT_CHANGED])
        if event.data["why"] == "answered" and event.data["call"] in calls
    ]
    assert sorted(map(str, answered)) == sorted(calls)
