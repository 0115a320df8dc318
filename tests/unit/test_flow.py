"""One call, from greeting to decision, with a caller and a desk in memory. # 000-1, 000-16, 003-4"""

from datetime import timedelta

import pytest
from desk import CALL, AnsweringConversation, CountingRecorder, Desk, said
from telephone import ToneSpeaker, conversation, voice

from dialplan.loader import load_dialplan
from ivr.conversation import CallerHungUp, Deaf, Expecting, Heard, Prompt, Utterance
from ivr.decision import Decision, EnterQueue, Solved
from ivr.flow import take_call
from ivr.speech.recorded_line import RecordedLine
from ivr.words import Words


async def decide(desk: Desk, *given: str | Heard) -> tuple[Decision, list[str]]:
    caller = AnsweringConversation(*given)
    decision = await take_call(CALL, caller, desk)
    assert not caller.left, "the call was over before the caller had said all"
    return decision, caller.prompts


async def test_an_article_that_helps_solves_the_ticket() -> None:
    desk = Desk()
    decision, prompts = await decide(desk, "locked", "yes")
    assert decision == Solved("account-locked")
    assert prompts == ["greeting", "main.ask", "article.intro", "article.answer", "article.helped", "solved"]
    assert desk.record.told == [
        ("understood", "article:account-locked", 0.9, "accounts"),
        ("article_tried", "account-locked", None),
        ("article_tried", "account-locked", True),
    ]


async def test_the_call_is_recorded_only_after_the_notice() -> None:
    class Recorder(CountingRecorder):
        async def start(self) -> None:
            await super().start()
            caller.prompts.append("(recording)")

    desk = Desk(recorder=Recorder())
    caller = AnsweringConversation("0")
    await take_call(CALL, caller, desk)
    assert caller.prompts[:3] == ["greeting", "(recording)", "main.ask"]
    assert desk.recorder.starts == 1


async def test_what_is_not_sure_is_confirmed_and_then_taken() -> None:
    desk = Desk()
    decision, prompts = await decide(desk, "slow", "yes", "yes")
    assert decision == Solved("laptop-slow")
    assert prompts[1:4] == ["main.ask", "confirm.article", "article.intro"]
    assert ("understood", "article:laptop-slow", 0.4, "accounts") in desk.record.told


async def test_what_was_denied_is_not_offered_again() -> None:
    decision, prompts = await decide(Desk(), "slow", "no", "slow", "no", "0")
    # The second time the next best candidate is confirmed instead, and the miss before it is not forgotten.
    assert prompts[1:6] == ["main.ask", "confirm.article", "main.again", "confirm.category", "main.keys"]
    assert decision == EnterQueue("helpdesk", "asked")


async def test_three_denials_in_a_row_come_to_a_person() -> None:
    decision, _ = await decide(Desk(), "slow", "no", "slow", "no", "something with mail", "no")
    assert decision == EnterQueue("helpdesk", "no_match")


async def test_a_category_leads_to_its_menu_and_is_noted() -> None:
    desk = Desk()
    decision, prompts = await decide(desk, "something with mail", "yes", "2", "yes")
    assert decision == Solved("mailbox-full")
    assert prompts[1:4] == ["main.ask", "confirm.category", "email.ask"]
    assert ("understood", "category:email", 0.4, "email") in desk.record.told


async def test_in_its_own_menu_the_name_of_a_category_is_not_understood() -> None:
    _, prompts = await decide(Desk(), "e-mail please", "e-mail please", "no", "2", "yes")
    assert prompts[2:5] == ["email.ask", "confirm.category", "main.again"]


async def test_the_wish_for_a_person_in_other_words() -> None:
    decision, prompts = await decide(Desk(), "somebody nice")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts[-1] == "queue.enter"


@pytest.mark.parametrize(
    ("given", "reason", "last"),
    [
        (["gibberish"] * 3, "no_match", "queue.not_understood"),
        ([Utterance(())] * 3, "no_match", "queue.not_understood"),
        ([""] * 3, "no_input", "queue.not_understood"),
        ([Deaf("no worker")] * 3, "deaf", "queue.not_understood"),
        (["#"] * 3, "no_match", "queue.not_understood"),
        (["locked", "no", "forgotten", "no"], "not_helped", "queue.enter"),
        (["retired"], "no_article", "queue.enter"),
        (["0"], "asked", "queue.enter"),
        (["locked", "operator"], "asked", "queue.enter"),
    ],
)
async def test_whatever_goes_wrong_a_person_takes_over(given: list[str | Heard], reason: str, last: str) -> None:
    decision, prompts = await decide(Desk(), *given)
    assert decision == EnterQueue("helpdesk", reason)
    assert prompts[-1] == last


async def test_who_cannot_be_heard_is_asked_for_keys() -> None:
    decision, prompts = await decide(Desk(), Deaf("busy"), "1", "2", "1")
    assert decision == Solved("account-locked")
    assert prompts[1:5] == ["main.ask", "line.deaf", "main.keys", "accounts.ask"]


async def test_an_answer_that_is_understood_forgives_the_misses_before_it() -> None:
    decision, _ = await decide(Desk(), "gibberish", "", "1", "gibberish", "", "2", "1")
    assert decision == Solved("account-locked")


async def test_a_call_that_takes_too_long_is_handed_over() -> None:
    decision, prompts = await decide(Desk(tick=timedelta(minutes=4)), "9", "9")
    assert decision == EnterQueue("helpdesk", "too_long")
    assert prompts[-1] == "line.too_long"


async def test_the_main_menu_begins_again_and_keeps_what_is_known() -> None:
    desk = Desk()
    decision, prompts = await decide(desk, "2", "*", "0")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts == ["greeting", "main.ask", "email.ask", "main.ask", "queue.enter"]
    assert ("understood", "category:email", 1.0, "email") in desk.record.told


@pytest.mark.parametrize("answered", range(5))
async def test_a_hang_up_ends_the_call_at_any_question(answered: int) -> None:
    caller = AnsweringConversation(*["locked", "no", "slow", "yes", "no"][:answered])
    with pytest.raises(CallerHungUp):
        await take_call(CALL, caller, Desk())


async def test_a_hang_up_while_the_line_speaks_ends_the_call() -> None:
    class Gone(AnsweringConversation):
        async def say(self, prompt: Prompt) -> None:
            raise CallerHungUp

    with pytest.raises(CallerHungUp):
        await take_call(CALL, Gone(), Desk())


async def test_endless_noise_on_the_line_comes_to_a_person() -> None:
    # 000-6: noise, then keys offered, then a person; all of it on a line with real endpointing.
    words = Words(load_dialplan(), "en")
    line, speaker = RecordedLine(voice(120_000)), ToneSpeaker(ms=500)
    talk = conversation(
        line, speaker, "", says_nothing=lambda text, _: words.says_nothing(text), wants_person=lambda *_: False
    )
    decision = await take_call(CALL, talk, Desk())
    assert decision == EnterQueue("helpdesk", "no_match")
    assert speaker.spoken == ["greeting", "main.ask", "main.again", "main.keys", "queue.not_understood"]
    assert line.ms <= 60_000


async def test_a_whole_call_by_voice_on_a_line() -> None:
    words = Words(load_dialplan(), "en")
    pause = b"\xff" * 8 * 3000
    line, speaker = RecordedLine(pause, voice(900), pause, pause, voice(300), pause), ToneSpeaker(ms=1000)
    talk = conversation(line, speaker, "locked", "yes", says_nothing=lambda text, _: words.says_nothing(text))
    assert await take_call(CALL, talk, Desk()) == Solved("account-locked")
    assert speaker.heard_ms(line, "solved") == 1000


async def test_questions_with_yes_or_no_tell_which_answers_they_expect() -> None:
    class Noting(AnsweringConversation):
        async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
            phrases[expecting.name] = expecting.phrases
            return await super().ask(prompt, expecting, lead)

    phrases: dict[str, tuple[str, ...]] = {}
    await take_call(CALL, Noting(said("slow"), said("yes"), said("yes")), Desk())
    assert phrases["main"] == ()
    assert {"yes", "no"} <= set(phrases["confirm"])
    assert phrases["confirm"] == phrases["helped"]


@pytest.mark.parametrize("says", [("locked", "yes"), ("slow", "yes", "yes")])
async def test_who_hangs_up_during_the_goodbye_is_helped_all_the_same(says: tuple[str, ...]) -> None:
    class Hasty(AnsweringConversation):
        async def say(self, prompt: Prompt) -> None:
            await super().say(prompt)
            if prompt.key == "solved":
                raise CallerHungUp

    decision = await take_call(CALL, Hasty(*says), Desk())
    assert isinstance(decision, Solved)
