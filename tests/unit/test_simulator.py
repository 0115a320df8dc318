"""Scenarios: how they are read, how their caller reacts, and how failures are told. # 000-16"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk
from typer.testing import CliRunner

from dialplan.problems import DialplanError
from ivr.cli import app
from ivr.conversation import CallerHungUp, Digits, Expecting, NoInput, Prompt, Utterance, WaitOver
from ivr.decision import Solved
from ivr.rungs.result import Result
from ivr.rungs.text import TextRung
from ivr.rungs.world import throwaway_store
from ivr.scenario import Scenario, load_scenarios
from ivr.scripted import ScriptedCaller
from ivr.simulator import Simulator, new_call
from ivr.speech.wording import Wording
from ivr.text import TextConversation, first_answer


@pytest.fixture
def simulator() -> Simulator:
    desk = Desk()
    return Simulator(desk.dialplan, desk.matcher, desk.articles)


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "calls.yaml"
    file.write_text("scenarios:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return file


def scenario(tmp_path: Path, *lines: str) -> Scenario:
    (read,) = load_scenarios((written(tmp_path, *lines),))
    return read


async def result(simulator: Simulator, tmp_path: Path, *lines: str) -> Result:
    return await TextRung(simulator).run(scenario(tmp_path, *lines))


SOLVED = ("- name: solved", "  turns:", "    - caller: locked", '    - caller: "yes"')


async def test_a_scenario_that_comes_out_as_expected(simulator: Simulator, tmp_path: Path) -> None:
    told = await result(simulator, tmp_path, *SOLVED, "  expect: {decision: {kind: solved, article: account-locked}}")
    document = told.as_json()
    assert (document["ok"], document["why"]) == (True, None)
    assert (document["name"], document["line"]) == ("solved", 2)
    assert document["decision"] == {"kind": "solved", "article": "account-locked"}
    assert (document["ticket"]["status"], document["ticket"]["category"]) == ("solved", "accounts")
    assert document["seconds"] >= 0


@pytest.mark.parametrize(
    ("expect", "why"),
    [
        ("{decision: {kind: enter_queue}}", "decision {'kind': 'enter_queue'} was expected, not {'kind': 'solved',"),
        ("{decision: {kind: solved, article: mailbox-full}}", "'article': 'mailbox-full'} was expected"),
        ("{decision: none}", "no decision was expected"),
        ("{category: email}", "category 'email' was expected, not 'accounts'"),
        ("{ticket: {status: waiting}}", "ticket status 'waiting' was expected, not 'solved'"),
        ("{hears: [main.ask, greeting]}", "'greeting' was not heard in its place"),
        ("{hears: [main.ask, main.ask]}", "'main.ask' was not heard in its place"),
        ("{never_hears: [article.helped]}", "'article.helped' was heard"),
    ],
)
async def test_an_expectation_that_does_not_hold(simulator: Simulator, tmp_path: Path, expect: str, why: str) -> None:
    told = await result(simulator, tmp_path, *SOLVED, f"  expect: {expect}")
    assert told.why is not None
    assert why in told.why
    assert "calls.yaml:6)" in told.why


@pytest.mark.parametrize(
    ("turns", "why"),
    [
        (['- caller: "locked"'], "asked 'article.helped', but the caller has no turn left"),
        (['- caller: "operator"', '- caller: "hello?"'], "the call was over before this turn of the caller"),
        (['- {caller: "locked", during: solved}'], "asked 'main.ask', but the caller waits for 'solved'"),
    ],
)
async def test_a_call_that_goes_another_way(simulator: Simulator, tmp_path: Path, turns: list[str], why: str) -> None:
    lines = ["- name: x", "  expect: {}", "  turns:", *(f"    {turn}" for turn in turns)]
    told = await result(simulator, tmp_path, *lines)
    assert told.why is not None
    assert why in told.why
    assert f"calls.yaml:{4 + len(turns)})" in told.why


async def test_an_answer_is_given_whenever_its_prompt_asks(simulator: Simulator, tmp_path: Path) -> None:
    # "slow" has to be confirmed, "locked" has not: the same script fits both.
    for problem in ("slow", "locked"):
        told = await result(
            simulator,
            tmp_path,
            "- name: x",
            f'  turns: [{{caller: {problem}}}, {{caller: "yes"}}]',
            '  answers: {confirm.article: "yes"}',
            "  expect: {decision: {kind: solved}}",
        )
        assert told.why is None
        assert ("confirm.article" in told.prompts) is (problem == "slow")


def test_who_has_said_nothing_yet_confirms_nothing(tmp_path: Path) -> None:
    lines = ["- name: x", "  turns: [{caller: locked}]", '  answers: {confirm.article: "yes"}', "  expect: {}"]
    caller = ScriptedCaller(scenario(tmp_path, *lines))
    said = [caller.answers("confirm.article", "confirm").words for _ in range(2)]
    assert said == ["locked", "yes"]


async def test_what_interrupts_a_prompt_ends_it(simulator: Simulator, tmp_path: Path) -> None:
    turns = '  turns: [{caller: locked}, {keys: "1", during: article.answer}]'
    told = await result(simulator, tmp_path, "- name: x", turns, "  expect: {decision: {kind: solved}}")
    assert told.why is None
    assert told.prompts[-3:] == ("article.intro", "article.answer", "solved")


async def test_who_hangs_up_leaves_an_open_ticket_that_has_ended(simulator: Simulator, tmp_path: Path) -> None:
    turns = "  turns: [{hangs_up: true, during: greeting}]"
    told = await result(simulator, tmp_path, "- name: x", turns, "  expect: {decision: none, ticket: {status: open}}")
    assert told.why is None
    assert told.outcome is not None
    assert not told.outcome.ticket.is_live


async def test_a_queued_caller_is_still_there(simulator: Simulator, tmp_path: Path) -> None:
    told = await result(simulator, tmp_path, "- name: x", '  turns: [{keys: "0"}]', "  expect: {}")
    assert told.outcome is not None
    assert (told.outcome.ticket.status, told.outcome.ticket.is_live) == ("waiting", True)


async def test_several_readings_are_heard(simulator: Simulator, tmp_path: Path) -> None:
    turns = "  turns: [{mumbles: looked, heard: [locked, looked]}, {keys: '1'}]"
    told = await result(simulator, tmp_path, "- name: x", turns, "  expect: {decision: {kind: solved}}")
    assert told.why is None
    assert told.exchanges[0].told() == "main.ask: mumbles “looked” → “locked”, “looked”"


async def test_a_noise_is_silence_in_text_and_stops_no_prompt(simulator: Simulator, tmp_path: Path) -> None:
    turns = "  turns: [{noise: true, during: greeting}, {noise: true}, {caller: locked}, {keys: '1'}]"
    told = await result(simulator, tmp_path, "- name: x", turns, "  expect: {decision: {kind: solved}}")
    assert told.why is None
    assert told.prompts[:3] == ("greeting", "main.ask", "main.silent")


async def test_the_scenario_tells_what_is_true_in_the_world(simulator: Simulator, tmp_path: Path) -> None:
    lines = [
        "- name: x",
        '  from: "+493012345678"',
        '  at: "2026-03-02T20:00+01:00"',
        "  people: [{employee_number: '40711', name: Sarah Miller, numbers: ['+493012345678']}]",
        "  outages: [{sites: [berlin], notice: {en: Berlin is down., zh: 柏林中断。}}]",
        "  turns: [{keys: '1'}]",
        "  expect: {hears: [greeting.known, outage.notice], decision: {kind: join_outage}}",
    ]
    told = await result(simulator, tmp_path, *lines)
    assert told.why is None
    assert told.outcome is not None
    assert told.outcome.ticket.person_name == "Sarah Miller"
    assert told.outcome.ticket.created_at == datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def test_a_time_needs_a_zone_and_a_ticket_its_owner(tmp_path: Path) -> None:
    for line in ('  at: "2026-03-02T20:00"', "  at: soon", '  tickets: [{employee_number: "1"}]'):
        with pytest.raises(DialplanError) as caught:
            scenario(tmp_path, "- name: x", line, "  turns: []", "  expect: {}")
        assert [problem.severity for problem in caught.value.problems] == ["error"]


async def test_a_caller_says_again_what_was_not_understood(simulator: Simulator, tmp_path: Path) -> None:
    lines = ["- name: x", "  turns: [{caller: locked}, {caller: 'yes'}]", "  expect: {}"]
    in_text = await result(simulator, tmp_path, *lines)
    caller = ScriptedCaller(scenario(tmp_path, *lines), in_text.asked)
    assert caller.answers("main.ask", "main").words == "locked"
    assert caller.answers("main.again", "main").words == "locked"
    assert caller.answers("main.keys", "main").words == "locked"
    assert caller.answers("main.keys", "main").words == "yes"  # he has lost patience
    assert caller.repeated == 2


async def test_a_language_that_the_dialplan_does_not_speak(simulator: Simulator, tmp_path: Path) -> None:
    told = await result(simulator, tmp_path, "- name: x", "  language: fr", "  turns: []", "  expect: {}")
    assert told.why is not None
    assert "speaks 'fr'" in told.why


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        ("{caller: hi, keys: '1'}", "bad-value"),
        ("{}", "bad-value"),
        ("{silence: true, during: greeting}", "bad-value"),
        ("{silence: true, heard: [hi]}", "bad-value"),
        ("{silence: false}", "unknown-value"),
        ("{keys: '1A'}", "bad-form"),
        ("{keys: 1}", "not-text"),
        ("{calller: hi}", "unknown-key"),
    ],
)
def test_mistakes_in_a_scenario_have_a_place(tmp_path: Path, turn: str, code: str) -> None:
    file = written(tmp_path, "- name: x", "  expect: {}", "  turns:", f"    - {turn}")
    with pytest.raises(DialplanError) as caught:
        load_scenarios((file,))
    assert (5, code) in {(problem.line, problem.code) for problem in caught.value.problems}


def test_first_answer_is_what_a_keypad_makes_of_keys() -> None:
    assert first_answer("121", 1) == (Digits("1"), "21")
    assert first_answer("12#3", 6) == (Digits("12"), "3")
    assert first_answer("123456", 4) == (Digits("1234"), "56")
    assert first_answer("#", 1) == (Digits("#"), "")
    assert first_answer("12", 6) == (Digits("12"), "")


class Typing:
    """A caller at the keyboard who types these lines and then closes it."""

    def __init__(self, *lines: str) -> None:
        self.shown: list[str] = []
        self._lines = iter(lines)
        wording = Wording(Desk().dialplan.prompts)
        self.conversation = TextConversation(wording, self.shown.append, self._read)

    async def _read(self) -> str:
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        return line

    async def answers(self, question: Expecting) -> AsyncIterator[object]:
        try:
            while True:
                yield await self.conversation.ask(Prompt("main.ask", "en"), question)
        except CallerHungUp:
            return


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        (["my account"], ["my account"]),
        (["  my account  "], ["my account"]),
        ([""], [NoInput()]),
        (["   "], [NoInput()]),
        (["5"], [Digits("5")]),
        (["#12"], [Digits("1"), Digits("2")]),
        (["*"], [Digits("*")]),
        (["#"], [Digits("#")]),
        (["room 12"], ["room 12"]),
    ],
)
async def test_what_is_typed_is_said_or_pressed(typed: list[str], heard: list[object]) -> None:
    got = [answer async for answer in Typing(*typed).answers(Expecting("main"))]
    assert [answer.text if isinstance(answer, Utterance) else answer for answer in got] == heard


async def test_several_keys_make_one_answer_where_it_takes_several() -> None:
    got = [answer async for answer in Typing("12", "#34#").answers(Expecting("number", max_digits=6))]
    assert got == [Digits("12"), Digits("34")]


async def test_a_call_by_keyboard(simulator: Simulator) -> None:
    desk, keyboard = Desk(), Typing("locked", "yes")
    with throwaway_store() as store:
        call = await simulator.take(new_call("1001", "5000", "en", desk.time), keyboard.conversation, desk.now, store)
    assert call.decision == Solved("account-locked")
    assert keyboard.shown[0].startswith("Hello")
    assert "The answer of account-locked." in keyboard.shown
    assert call.ticket.number in keyboard.shown[-1]


@pytest.mark.parametrize(("arguments", "why"), [(["try", " "], "no sentence"), (["try", "hi", "--lang", "xx"], "'xx'")])
def test_a_sentence_that_cannot_be_tried(arguments: list[str], why: str) -> None:
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 2
    assert why in refused.output


async def test_at_the_keyboard_one_waits_by_typing_nothing() -> None:
    typing, over = Typing("", "2", "call me back"), asyncio.Event()
    place, expecting = Prompt("waiting.next", "en"), Expecting("waiting")
    with typing.conversation.until(over):
        assert await typing.conversation.wait((place,), expecting) == NoInput()
        assert await typing.conversation.wait((place,), expecting) == Digits("2")
        over.set()
        with pytest.raises(WaitOver):
            await typing.conversation.wait((place,), expecting)
    assert typing.shown == ["You are next."] * 2
