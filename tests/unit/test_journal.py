"""A call run again over what was already heard in it. # 000-24"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from desk import CALL, NINE, AnsweringConversation, Desk, answers, said

from ivr.conversation import CallerHungUp, Deaf, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.decision import Decision, Solved
from ivr.flow import take_call
from ivr.journal import Answered, JournalledConversation, JournalledRecord
from ivr.record import heard_as_json, heard_from_json, journal_of, open_record
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store


async def run(desk: Desk, caller: AnsweringConversation, journal: list[Answered]) -> Decision:
    """The call over its journal, which grows meanwhile."""

    async def keep(answered: Answered) -> None:
        journal.append(answered)

    conversation = JournalledConversation(caller, keep, tuple(journal) or None)
    return await take_call(CALL, conversation, Desk(record=JournalledRecord(desk.record, conversation)))


async def test_every_answer_is_kept_with_its_question() -> None:
    journal: list[Answered] = []
    await run(Desk(), AnsweringConversation("locked", "", "yes"), journal)
    assert journal == [
        Answered("main", said("locked")),
        Answered("helped", NoInput()),
        Answered("helped", said("yes")),
    ]


@pytest.mark.parametrize("crash_after", range(1, 5))
async def test_after_a_crash_the_call_goes_on_with_the_open_question(crash_after: int) -> None:
    given = ["slow", "yes", "no", "forgotten", "yes"]
    journal: list[Answered] = []
    desk = Desk()
    before = AnsweringConversation(*given[:crash_after])
    with pytest.raises(CallerHungUp):  # stands for the crash: nothing is heard after it
        await run(desk, before, journal)
    after = AnsweringConversation(*given[crash_after:])
    assert await run(desk, after, journal) == Solved("password-forgotten")
    assert after.questions[0] == before.questions[-1]
    assert after.prompts[0] == "line.resumed"
    assert after.prompts.count("line.resumed") == 1
    assert "greeting" not in after.prompts
    assert [entry.heard for entry in journal] == list(answers(*given))


async def test_effects_are_not_repeated() -> None:
    journal: list[Answered] = []
    desk = Desk()
    with pytest.raises(CallerHungUp):
        await run(desk, AnsweringConversation("locked", "no"), journal)
    told = list(desk.record.told)
    with pytest.raises(CallerHungUp):
        await run(desk, AnsweringConversation(), journal)
    assert set(desk.record.told[len(told) :]) <= {("article_tried", "account-locked", False)}
    assert desk.record.told.count(("understood", "article:account-locked", 0.9, "accounts")) == 1


async def test_where_the_dialplan_changed_the_rest_of_the_journal_is_dropped() -> None:
    journal = [
        Answered("main", Digits("1")),
        Answered("a-menu-that-is-gone", Digits("4")),
        Answered("helped", said("yes")),
    ]
    caller = AnsweringConversation("2", "yes")
    assert await run(Desk(), caller, journal) == Solved("account-locked")
    assert caller.prompts[:2] == ["line.resumed", "accounts.ask"]


async def test_without_a_journal_there_is_no_apology() -> None:
    caller = AnsweringConversation("locked", "yes")
    await run(Desk(), caller, [])
    assert "line.resumed" not in caller.prompts


@pytest.mark.parametrize(
    "heard",
    [
        Utterance((Hypothesis("my account", 0.9), Hypothesis("my accounts", None))),
        Utterance(()),
        Digits("12"),
        NoInput(),
        Deaf("8 are waiting"),
    ],
)
def test_an_answer_survives_the_database(heard: Heard) -> None:
    assert heard_from_json(heard_as_json(heard)) == heard


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db"))
    yield store
    store.close()


async def test_a_crashed_call_goes_on_from_its_ticket(store: Store) -> None:
    desk = Desk()
    record = await open_record(store, CALL, "sip-1", desk.now)
    with pytest.raises(CallerHungUp):
        await take_call(CALL, JournalledConversation(AnsweringConversation("slow", "yes"), record.heard), desk)
    again = await open_record(store, CALL, "sip-1", desk.now)
    assert again.number == record.number
    kept = await journal_of(store, CALL.id)
    assert [answered.question for answered in kept] == ["main", "confirm"]
    caller = AnsweringConversation("yes")
    assert await take_call(CALL, JournalledConversation(caller, again.heard, kept), desk) == Solved("laptop-slow")
    assert caller.prompts[0] == "line.resumed"
    assert [turn.text for turn in store.tickets.transcript(record.number)] == ["slow", "yes", "yes"]


async def test_a_database_that_is_gone_does_not_stop_the_call(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    record = replace(await open_record(store, CALL, "sip-1", lambda: NINE), tried_for_s=0)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE events")
        connection.commit()
    await record.understood("operator", 0.9, None)
    assert f"ticket {record.number} not written" in caplog.text


async def test_a_locked_database_holds_the_call_up_for_a_moment_and_nothing_is_lost(tmp_path: Path) -> None:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", busy_timeout_s=0.2))
    record = await open_record(store, CALL, "sip-1", lambda: NINE)
    loop = asyncio.get_running_loop()
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        began = loop.time()
        await record.understood("category:email", 0.9, "email")
        await record.understood("category:accounts", 0.9, "accounts")
        assert loop.time() - began < 10  # it is locked for as long as this takes
        somebody.rollback()
    await record.finished(16)
    ticket = store.tickets.get(record.number)
    assert (ticket.category, ticket.hangup_cause) == ("accounts", 16)
    store.close()


async def test_the_apology_comes_first_even_when_nothing_was_answered_yet() -> None:
    caller, kept = AnsweringConversation("locked", "yes"), list[Answered]()

    async def keep(answered: Answered) -> None:
        kept.append(answered)

    await take_call(CALL, JournalledConversation(caller, keep, ()), Desk())
    assert caller.prompts[0] == "line.resumed"
    assert caller.prompts.count("line.resumed") == 1


async def test_a_wait_keeps_what_he_chose_and_not_that_he_listened() -> None:  # 001-2
    journal: list[Answered] = []

    async def keep(answered: Answered) -> None:
        journal.append(answered)

    place, expecting = Prompt("waiting.next", "en"), Expecting("waiting")
    conversation = JournalledConversation(AnsweringConversation("", "1"), keep)
    assert await conversation.wait((place,), expecting) == NoInput()
    assert await conversation.wait((place,), expecting) == Digits("1")
    assert journal == [Answered("waiting", Digits("1"))]

    caller = AnsweringConversation("yes")
    resumed = JournalledConversation(caller, keep, tuple(journal), "waiting.resumed")
    assert await resumed.wait((place,), expecting) == Digits("1")
    assert await resumed.ask(Prompt("callback.number", "en"), Expecting("number")) == said("yes")
    assert caller.prompts == ["waiting.resumed", "callback.number"]


async def test_who_waits_hears_why_before_anything_else() -> None:  # 000-24
    async def keep(answered: Answered) -> None:
        raise AssertionError(answered)

    caller = AnsweringConversation("", "")
    conversation = JournalledConversation(caller, keep, (), "waiting.resumed")
    await conversation.wait((Prompt("waiting.next", "en"),), Expecting("waiting"))
    await conversation.wait((Prompt("waiting.next", "en"),), Expecting("waiting"))
    assert caller.prompts == ["waiting.resumed", "waiting.next", "waiting.next"]
