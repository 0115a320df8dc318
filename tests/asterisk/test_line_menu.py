"""Calls to a whole line with no agent there: answered, understood, solved, or taken down as a message."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from line_calls import Placed, call, on_the_phone, until_ticket
from real_line import RealLine, loudness, samples, wait_until, where, word_errors

from ari_app.phones.caller import Manners, Silence
from tickets.ticket import Status, Ticket

LOCKED = "my account is locked and i cannot log in"
MESSAGE = "this is sarah miller from accounting and my computer is broken please call me back"
STORIES: Mapping[str, tuple[str | Silence, ...]] = {
    "solved": (LOCKED, "yes"),
    "not helped": (LOCKED, "no"),
    "message": ("i want to talk to a person", MESSAGE),
    "keys": (Silence(7), "1", "21"),  # he knows what will be asked
    "operator key": ("0", "#"),
}
NUMBERS = {name: f"+49302312510{place}" for place, name in enumerate(STORIES)}


@pytest.fixture(scope="module")
def calls(line: RealLine, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Placed]:
    """All of them at once."""
    folder = tmp_path_factory.mktemp("calls")

    async def place() -> list[Placed]:
        async with asyncio.timeout(400):
            return await asyncio.gather(
                *(
                    call(
                        line, folder, NUMBERS[name], says, Manners(pause_s=2.0), is_understood=partial(_comes_to, name)
                    )
                    for name, says in STORIES.items()
                )
            )

    return dict(zip(STORIES, asyncio.run(place()), strict=True))


def _comes_to(story: str, ticket: Ticket) -> bool:
    """Whether what was said was understood."""
    helped = [tried.helped for tried in ticket.articles]
    return {
        "solved": helped == [True],
        "not helped": helped == [False],
        "message": ticket.outcome == "leave_message",
    }.get(story, True)


# 000-1 000-3
def test_every_call_is_answered_within_a_second(calls: Mapping[str, Placed]) -> None:
    took = sorted(placed.call.answered_s for placed in calls.values())
    print(f"answered after {took[0]:.2f} … {took[-1]:.2f} s")  # noqa: T201  figures to look at
    assert took[0] < 1.0
    assert took[-1] < 5.0  # all are placed at the same moment: a machine that is busy then holds up each of them


# 000-6 001-3 D9
def test_a_locked_account_is_solved_by_its_article(line: RealLine, calls: Mapping[str, Placed]) -> None:
    placed = calls["solved"]
    ticket = placed.ticket
    assert (ticket.status, ticket.category, ticket.outcome) == (Status.SOLVED, "accounts", "solved")
    assert [(tried.article, tried.helped) for tried in ticket.articles] == [("account-locked", True)]
    said = line.heard_from(ticket, "caller")
    assert word_errors(LOCKED, said[0]) <= 0.25
    assert word_errors("yes", said[-1]) == 0
    heard = samples(placed.call.heard_wav)
    greeting, article = where(line.prompt("greeting"), heard), where(line.answer("account-locked"), heard)
    assert greeting is not None
    assert article is not None
    assert greeting < article
    assert placed.call.hangup_cause == 16


# 000-18
def test_the_recording_begins_after_the_notice_and_has_both_sides(line: RealLine, calls: Mapping[str, Placed]) -> None:
    placed = calls["solved"]
    (recording,) = placed.ticket.recordings
    assert recording.kind == "call"
    assert recording.seconds == pytest.approx(placed.call.duration_s, abs=9)
    kept = samples(line.settings.tickets.recordings / recording.path)
    assert len(kept) / 8000 == pytest.approx(recording.seconds, abs=0.1)
    assert where(line.prompt("greeting"), kept) is None
    assert where(line.answer("account-locked"), kept) is not None
    assert where(samples(placed.call.sent_wav)[_onset(placed) :], kept) is not None


def _onset(placed: Placed) -> int:
    """Where the caller begins to speak, in samples of what was sent."""
    sent = samples(placed.call.sent_wav)
    return int((abs(sent.astype(int)) > 1000).argmax())


# 000-6
def test_a_silent_caller_is_given_keys_and_solves_it_by_them(line: RealLine, calls: Mapping[str, Placed]) -> None:
    ticket = calls["keys"].ticket
    assert (ticket.status, ticket.category) == (Status.SOLVED, "accounts")
    assert [tried.article for tried in ticket.articles] == ["account-locked"]
    assert line.heard_from(ticket, "caller") == ["1", "2", "1"]


# 001-3
def test_an_article_that_did_not_help_is_kept_as_such(line: RealLine, calls: Mapping[str, Placed]) -> None:
    ticket = calls["not helped"].ticket
    assert (ticket.status, ticket.outcome) == (Status.OPEN, None)
    assert [(tried.article, tried.helped) for tried in ticket.articles] == [("account-locked", False)]


# 001-16 001-18
def test_nobody_is_there_so_a_message_is_left(line: RealLine, calls: Mapping[str, Placed]) -> None:
    placed = calls["message"]
    ticket = placed.ticket
    told = [line.heard_from(ticket, "caller"), line.happened(ticket)]
    assert (ticket.status, ticket.outcome) == (Status.WAITING, "leave_message"), told
    happened = line.happened(ticket)
    assert happened.index("queue_entered") < happened.index("queue_left")
    message = next(recording for recording in ticket.recordings if recording.kind == "message")
    assert loudness(samples(line.settings.tickets.recordings / message.path)) > 300
    assert word_errors(MESSAGE, line.heard_from(ticket, "caller")[-1]) <= 0.35
    heard = samples(placed.call.heard_wav)
    assert where(line.prompt("queue.nobody"), heard) is not None


# 000-6 001-18
def test_the_operator_key_in_the_greeting_reaches_the_queue(line: RealLine, calls: Mapping[str, Placed]) -> None:
    ticket = calls["operator key"].ticket
    assert ticket.outcome == "enter_queue"  # nobody was there, and he left no message
    entered = next(event for event in line.store.events.of_ticket(ticket.number) if event.kind == "queue_entered")
    assert entered.data == {"group": "helpdesk", "reason": "asked"}
    assert ticket.articles == ()


# D9
async def test_who_hangs_up_in_the_greeting_leaves_a_finished_ticket(line: RealLine, tmp_path: Path) -> None:
    async with on_the_phone(line, tmp_path, "+493023125199") as placed:
        await placed.until(lambda: bool(placed.sounds), 5)
    ticket = await until_ticket(line, placed, lambda ticket: not ticket.is_live)
    assert (ticket.status, ticket.outcome, ticket.hangup_cause) == (Status.OPEN, None, 16)
    assert line.heard_from(ticket, "line") == [line.store.tickets.transcript(ticket.number)[0].text]
    assert wait_until(lambda: not line.in_use(), 30), line.in_use()
