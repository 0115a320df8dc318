"""A line with a directory and an outage: who is concerned leaves with a promise; a call in Mandarin that goes on in
English; a number that is spoken."""

import asyncio
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from line_calls import call, item, on_the_phone, until_ticket
from real_line import UP, RealLine, wait_until

from ari_app.phones.caller import Manners, call_items
from tickets.people import Entry
from tickets.ticket import Ticket

VPN = "vpn will not connect from home"
NOTICE = "The VPN is down since eight o'clock. We expect it to work again at noon."
BERLIN, SHANGHAI = "+4930231251{}", "+862123125{}"
CONCERNED = {"voice 1": (VPN, "yes"), "voice 2": (VPN, "yes please")}
CONCERNED |= {f"key {place}": ("3", "1") for place in range(3)}
GOES_ON = {f"no {place}": ("3", "20", "#") for place in range(2)}
ELSEWHERE = {"elsewhere": ("3", "11")}
STORIES: Mapping[str, tuple[str, ...]] = {**CONCERNED, **GOES_ON, **ELSEWHERE}
"""What they say and press, at their turns; who knows what comes next presses more than one key."""
POLITE = Manners(pause_s=2.0)


@pytest.fixture(scope="module")
def desk_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealLine]:
    """A line of its own: what is declared here concerns nobody else's calls."""
    real = RealLine(tmp_path_factory.mktemp("desk") / "state")
    real.start()
    try:
        real.wait_up()
        yield real
        assert wait_until(lambda: real.in_use() == [], 30), real.in_use()
    finally:
        code = real.end()
    assert code == 0


@pytest.fixture(scope="module")
def tickets(desk_line: RealLine, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ticket]:
    """Of all of them at once: the outage is declared while they are greeted, and nobody says a word before."""
    folder = tmp_path_factory.mktemp("calls")
    declared = asyncio.Event()

    async def live_through(name: str) -> Ticket:
        async with on_the_phone(desk_line, folder, _number(name)) as caller:
            await declared.wait()
            await call_items(caller, [item(desk_line, what) for what in STORIES[name]], lambda _: None, POLITE)
        ticket = await until_ticket(desk_line, caller, lambda ticket: not ticket.is_live)
        if name.startswith("voice") and ticket.outcome != "join_outage":  # a busy machine has garbled his words
            return (await call(desk_line, folder, _number(name), STORIES[name], POLITE)).ticket
        return ticket

    async def place() -> list[Ticket]:
        async with asyncio.timeout(300):
            calls = [asyncio.create_task(live_through(name)) for name in STORIES]
            assert await asyncio.to_thread(wait_until, lambda: len(desk_line.store.tickets.live()) == len(STORIES), 30)
            await asyncio.to_thread(_declare, desk_line)
            declared.set()
            return await asyncio.gather(*calls)

    return dict(zip(STORIES, asyncio.run(place()), strict=True))


def _number(story: str) -> str:
    place = list(STORIES).index(story)
    return (SHANGHAI if story in ELSEWHERE else BERLIN).format(place)


def _declare(line: RealLine) -> None:
    texts = ("--text", f"en={NOTICE}", "--text", "zh=VPN目前无法使用。")
    command = (*UP[:-1], "outage", "declare", "--title", "VPN down", "--system", "vpn", "--site", "berlin", *texts)
    done = subprocess.run(command, env=line.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


# 001-13 001-14 D2
@pytest.mark.parametrize("story", list(CONCERNED))
def test_who_is_concerned_joins_the_outage_by_voice_or_by_key(
    desk_line: RealLine, tickets: Mapping[str, Ticket], story: str
) -> None:
    ticket = tickets[story]
    (outage,) = desk_line.store.outages.active()
    assert (ticket.outcome, ticket.outage_id) == ("join_outage", outage.id), desk_line.heard_from(ticket, "line")
    assert "queue_entered" not in desk_line.happened(ticket)
    assert any(NOTICE in said for said in desk_line.heard_from(ticket, "line"))


def test_they_have_one_parent_ticket(desk_line: RealLine, tickets: Mapping[str, Ticket]) -> None:
    (outage,) = desk_line.store.outages.active()
    joined = {ticket.number for ticket in desk_line.store.outages.joined(outage.id)}
    assert joined == {tickets[story].number for story in CONCERNED}


@pytest.mark.parametrize("story", list(GOES_ON))
def test_who_says_no_reaches_the_queue(desk_line: RealLine, tickets: Mapping[str, Ticket], story: str) -> None:
    ticket = tickets[story]
    assert (ticket.outcome, ticket.outage_id) == ("enter_queue", None), desk_line.heard_from(ticket, "line")
    assert "queue_entered" in desk_line.happened(ticket)


def test_at_another_site_nobody_hears_of_it(desk_line: RealLine, tickets: Mapping[str, Ticket]) -> None:
    ticket = tickets["elsewhere"]
    assert (ticket.outcome, ticket.outage_id) == ("solved", None)
    assert not any(NOTICE in said for said in desk_line.heard_from(ticket, "line"))


# 004-14 000-18
async def test_a_call_in_mandarin_goes_on_in_english(desk_line: RealLine, tmp_path: Path) -> None:
    li = Entry(employee_number="10023", name="Li Wei", site="shanghai", mobile="+8613812345678")
    others = (Entry(employee_number=str(number), name=f"Colleague {number}") for number in range(20100, 20400))
    desk_line.store.people.import_rows((li, *others), datetime.now(UTC), everyone=False)
    says = ("请问我上次报修的工单进展如何", "我的工号是一零零二三", "对没错", "请说英语", "yes")
    placed = await call(
        desk_line, tmp_path, SHANGHAI.format(99), says, POLITE, "5001", lambda one: bool(one.person_name)
    )
    ticket, line_said = placed.ticket, desk_line.heard_from(placed.ticket, "line")
    assert ticket.person_name == "Li Wei", (desk_line.heard_from(ticket, "caller"), line_said)
    assert (ticket.known_by, ticket.outcome) == ("employee_number", "request_callback"), line_said
    assert line_said[0].startswith("您好")
    assert "PIN" not in " ".join(line_said)
    assert "call you back" in line_said[-1]
    assert ticket.language == "en"
