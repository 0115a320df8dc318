"""A caller in a queue: what he is told, what he may choose, and that it ends when his place is answered. # P-4, D5"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from desk import CALL, NINE, AnsweringConversation, Desk, PhraseMatcher, RememberingRecord, shipped
from hypothesis import given
from hypothesis import strategies as st

from dialplan.groups import Waiting
from dialplan.loader import Dialplan
from ivr.conversation import CallerHungUp, Expecting, Heard, Prompt
from ivr.decision import BackToMenu, Decision, EnterQueue, LeaveMessage, RequestCallback, Solved
from ivr.desk import ExpectedWait, SoFar
from ivr.expected_wait import TOLD_MINUTES, wait_prompts
from ivr.waiting import wait_for_agent

QUEUED = EnterQueue("helpdesk", "asked", priority=5)
CHOICES = ["waiting.callback", "waiting.message", "waiting.menu"]
THIRD = ["waiting.position", "waiting.between", *CHOICES]


def minutes(position: int, low: float, high: float) -> ExpectedWait:
    return ExpectedWait(position, timedelta(minutes=low), timedelta(minutes=high))


RINGING = replace(minutes(1, 0, 1), is_ringing=True)


@dataclass
class StandingStill:
    """`Place` at which nothing changes."""

    wait: ExpectedWait | None = field(default_factory=lambda: minutes(3, 2, 4))
    over: asyncio.Event = field(default_factory=asyncio.Event)
    entered_at: datetime = NINE

    def expected(self) -> ExpectedWait | None:
        return self.wait


def waiting_with(**changed: object) -> Dialplan:
    """The shipped dialplan, where waiting callers of the help desk are treated so."""
    dialplan = shipped()
    group = dialplan.groups["helpdesk"].model_copy(update={"waiting": Waiting.model_validate(changed)})
    return replace(dialplan, groups={**dialplan.groups, "helpdesk": group})


WISHES = PhraseMatcher(
    {
        "call me back": ("accept", "intent:callback", 0.9),
        "a message perhaps": ("confirm", "intent:message", 0.4),
        "my ticket": ("accept", "intent:ticket-status", 0.9),
    }
)


def a_desk(known: SoFar | None = None, **waiting: object) -> Desk:
    dialplan = waiting_with(**waiting) if waiting else waiting_with(offer=["callback", "message", "menu"])
    return Desk(dialplan=dialplan, matcher=WISHES, record=RememberingRecord(known=known or SoFar()))


async def wait(
    desk: Desk, *given: str | Heard, place: StandingStill | None = None
) -> tuple[Decision | None, list[str]]:
    """The decision, and the prompts; given all answers, he hangs up."""
    caller = AnsweringConversation(*given)
    try:
        decision = await wait_for_agent(CALL, caller, desk, QUEUED, place or StandingStill())
    except CallerHungUp:
        return None, caller.prompts
    assert not caller.left, "it was over before the caller had said all"
    return decision, caller.prompts


async def test_he_is_told_how_it_stands_and_what_he_may_choose_again_and_again() -> None:
    _, prompts = await wait(a_desk(), "", "")
    assert prompts == ["queue.wait", *THIRD, *THIRD, *THIRD]


async def test_messages_of_the_group_are_said_in_turn_with_that() -> None:
    _, prompts = await wait(a_desk(messages=["link.text", "goodbye"], offer=[]), *[""] * 6)
    assert [key for key in prompts if not key.startswith("waiting.")] == [
        "queue.wait",
        "link.text",
        "goodbye",
        "link.text",
    ]
    assert prompts[:4] == ["queue.wait", "waiting.position", "waiting.between", "link.text"]


async def test_who_is_next_is_told_so() -> None:
    _, prompts = await wait(a_desk(), place=StandingStill(minutes(1, 0, 1)))
    assert prompts[:3] == ["queue.wait", "waiting.next", "waiting.soon"]


async def test_who_is_rung_for_is_not_told_that_all_are_busy() -> None:
    place = StandingStill(RINGING)
    caller = AnsweringConversation("")
    ending(place, "waiting.ringing")(caller)
    assert await wait_for_agent(CALL, caller, a_desk(), QUEUED, place, ("callback.kept",)) is None
    assert caller.prompts == ["callback.kept", "waiting.ringing"]


async def test_when_nobody_answers_he_is_told_how_it_stands() -> None:
    class Rung(StandingStill):
        def expected(self) -> ExpectedWait | None:
            now, self.wait = self.wait, minutes(3, 2, 4)
            return now

    _, prompts = await wait(a_desk(), "", place=Rung(RINGING))
    assert prompts == ["waiting.ringing", "queue.wait", *THIRD]


async def test_where_nobody_can_say_how_long_nothing_is_promised() -> None:
    _, prompts = await wait(a_desk(), place=StandingStill(None))
    assert prompts == ["queue.wait", "waiting.stay", *CHOICES]


# 001-2
async def test_a_call_back_keeps_the_place() -> None:
    decision, prompts = await wait(a_desk(), "", "1", "yes")
    assert decision == RequestCallback("helpdesk", "1001", priority=5, entered_at=NINE)
    assert prompts[-2:] == ["callback.number", "waiting.promised"]


# 001-2
async def test_a_call_back_at_another_number() -> None:
    decision, _ = await wait(a_desk(), "call me back", "no", "030 1234567", "yes")
    assert isinstance(decision, RequestCallback)
    assert decision.number.endswith("301234567")


async def test_who_gives_no_number_waits_on() -> None:
    decision, prompts = await wait(a_desk(), "1", "no", "#", "")
    assert decision is None
    assert prompts[-6:] == ["waiting.stay", *THIRD]


async def test_a_message_by_key_and_by_voice() -> None:
    assert (await wait(a_desk(), "2"))[0] == LeaveMessage("helpdesk")
    decision, prompts = await wait(a_desk(), "a message perhaps", "yes")
    assert (decision, prompts[-1]) == (LeaveMessage("helpdesk"), "waiting.message_sure")
    assert (await wait(a_desk(), "a message perhaps", "no"))[1][-1] == "waiting.stay"


@pytest.mark.parametrize("said", ["3", "*", "7", "main menu"])
async def test_back_to_the_menu_by_key_and_by_voice(said: str) -> None:
    decision, prompts = await wait(a_desk(), said)
    assert (decision, prompts[-1]) == (BackToMenu(), "waiting.leaves")


async def test_back_to_the_menu_where_that_is_not_offered() -> None:
    decision, prompts = await wait(a_desk(offer=["callback"]), "*")
    assert decision is None
    assert prompts[-3:] == ["waiting.callback", "waiting.position", "waiting.between"]


@pytest.mark.parametrize("said", ["operator", "0", "repeat that", "9"])
async def test_who_asks_for_a_person_or_again_is_told_how_it_stands(said: str) -> None:
    _, prompts = await wait(a_desk(), said)
    assert prompts == ["queue.wait", *THIRD, *THIRD]


@pytest.mark.parametrize("said", ["we need more milk", "my ticket"])
async def test_what_is_said_beside_the_telephone_changes_nothing(said: str) -> None:
    decision, prompts = await wait(a_desk(), said, "")
    assert decision is None
    assert prompts == ["queue.wait", *THIRD, *THIRD]


async def test_a_key_that_chooses_nothing() -> None:
    _, prompts = await wait(a_desk(), "5")
    assert prompts[-4:] == ["menu.unknown_key", *CHOICES]


async def test_the_keys_are_those_of_the_order_in_which_it_is_offered() -> None:
    decision, prompts = await wait(a_desk(offer=["message", "callback"]), "1")
    assert decision == LeaveMessage("helpdesk")
    assert prompts[-2:] == ["waiting.message", "waiting.callback"]


async def test_another_language_is_spoken_from_now_on() -> None:  # 004-14
    desk = a_desk()
    _, prompts = await wait(desk, "8")
    assert ("speaks", "zh") in desk.record.told
    assert prompts[-2:] == ["waiting.position", "waiting.between"]


async def test_after_a_restart_the_language_is_that_of_the_ticket() -> None:
    caller = AnsweringConversation()
    spoken: list[Prompt] = []

    async def hear(parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        spoken.extend(parts)
        raise CallerHungUp

    caller.wait = hear  # type: ignore[method-assign]
    with pytest.raises(CallerHungUp):
        await wait_for_agent(CALL, caller, a_desk(SoFar(language="zh")), QUEUED, StandingStill())
    assert {prompt.language for prompt in spoken} == {"zh"}
    assert next(prompt for prompt in spoken if prompt.key == "waiting.between").slots == {"low": "两", "high": "四"}


KNOWN = SoFar(category="accounts", articles=frozenset({"account-locked"}))


async def test_articles_that_were_not_tried_are_offered_one_by_one() -> None:
    desk = a_desk(KNOWN, offer=["articles"])
    decision, prompts = await wait(desk, "", "yes", "yes")
    assert decision == Solved("password-forgotten")  # the first of his category's menu that he has not heard
    assert prompts[-4:] == ["waiting.article", "article.answer", "article.helped", "solved"]
    assert desk.record.told == [
        ("article_tried", "password-forgotten", None),
        ("article_tried", "password-forgotten", True),
    ]


async def test_an_article_that_does_not_help_leaves_him_his_place() -> None:
    decision, prompts = await wait(a_desk(KNOWN, offer=["articles"]), "", "yes", "no", "")
    assert decision is None
    assert prompts[-4:] == ["article.helped", "waiting.stay", "waiting.position", "waiting.between"]


@pytest.mark.parametrize("said", ["", "no", "2"])
async def test_silence_and_no_are_no(said: str) -> None:
    desk = a_desk(KNOWN, offer=["articles"])
    _, prompts = await wait(desk, "", said, "")
    assert prompts[-3:] == ["waiting.article", "waiting.position", "waiting.between"]
    assert desk.record.told == []


async def test_instead_of_an_article_he_may_choose_something_else() -> None:
    decision, _ = await wait(a_desk(KNOWN, offer=["articles", "callback"]), "", "call me back", "yes")
    assert isinstance(decision, RequestCallback)


async def test_what_he_said_ranks_the_articles_of_his_category() -> None:
    matcher = PhraseMatcher({"It is slow": ("confirm", "article:laptop-slow", 0.4)})
    desk = replace(a_desk(SoFar(said="It is slow"), offer=["articles"]), matcher=matcher)
    decision, _ = await wait(desk, "", "1", "1")
    assert decision == Solved("laptop-slow")


def ending(place: StandingStill, at: str) -> Callable[[AnsweringConversation], None]:
    """An agent answers when this prompt has been said."""

    def prepare(caller: AnsweringConversation) -> None:
        go_on = caller.go_on

        def answered_by_then() -> None:
            if at in caller.prompts:
                place.over.set()
            go_on()

        caller.go_on = answered_by_then  # type: ignore[method-assign]

    return prepare


@pytest.mark.parametrize("at", ["waiting.between", "callback.number", "waiting.article", "article.answer"])
async def test_an_agent_who_answers_ends_whatever_is_going_on(at: str) -> None:
    place, caller = (
        StandingStill(),
        AnsweringConversation(*(["1"] if at == "callback.number" else ["", "yes"]), "", "", ""),
    )
    ending(place, at)(caller)
    desk = a_desk(KNOWN, offer=["callback", "articles"])
    assert await wait_for_agent(CALL, caller, desk, QUEUED, place) is None
    assert "waiting.promised" not in caller.prompts
    assert "solved" not in caller.prompts


async def test_who_hangs_up_is_gone() -> None:
    with pytest.raises(CallerHungUp):
        await wait_for_agent(CALL, AnsweringConversation(), a_desk(), QUEUED, StandingStill())


@pytest.mark.parametrize(
    ("low", "high", "key", "slots"),
    [
        (0, 0, "waiting.soon", {}),
        (0.5, 1, "waiting.soon", {}),
        (0.5, 1.2, "waiting.under", {"low": "zero", "high": "two"}),
        (2.4, 3.6, "waiting.between", {"low": "two", "high": "four"}),
        (5, 5, "waiting.about", {"high": "five"}),
        (11, 16, "waiting.between", {"low": "ten", "high": "twenty"}),
        (40, 61, "waiting.long", {}),
    ],
)
def test_the_wait_is_told_as_a_band_of_round_minutes(low: float, high: float, key: str, slots: dict[str, str]) -> None:
    _, told = wait_prompts(minutes(2, low, high), "en")
    assert (told.key, told.slots) == (key, slots)


TOLD_AS = {"waiting.soon": 0, "waiting.long": 10**6}


@given(st.floats(0, 70), st.floats(0, 70), st.floats(0, 1), st.floats(0, 1))
def test_a_wait_that_shrinks_is_never_told_as_a_longer_one(one: float, other: float, by: float, more: float) -> None:
    """D5"""

    def told(low: float, high: float) -> tuple[int, int]:
        prompt = wait_prompts(minutes(2, low, high), "de")[1]  # a language without words of its own: digits
        if prompt.key in TOLD_AS:
            return TOLD_AS[prompt.key], TOLD_AS[prompt.key]
        high_told = int(prompt.slots["high"])
        return int(prompt.slots.get("low", high_told)), high_told

    low, high = sorted((one, other))
    assert all(
        before >= after
        for before, after in zip(told(low, high), told(low * by, max(low * by, high * more)), strict=True)
    )
    assert set(told(low, high)) <= {0, *TOLD_MINUTES, 10**6}
