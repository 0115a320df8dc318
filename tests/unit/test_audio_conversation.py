"""Speaking and listening on a line, frame by frame. # 000-6, 001-3"""

import asyncio

import pytest
from telephone import PreparedRecognizer, ToneSpeaker, conversation, silence, voice

from ivr.conversation import CallerHungUp, Deaf, Digits, Expecting, Hypothesis, NoInput, Prompt, Utterance, WaitOver
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer
from ivr.speech.hearing import Hearing
from ivr.speech.line import Received
from ivr.speech.recognizer import RecognizerBusy
from ivr.speech.recorded_line import RecordedLine

ASK = Prompt("main.ask", "en")
WHAT = Expecting("main")


def said(text: str) -> Utterance:
    return Utterance((Hypothesis(text, 0.9),))


def listening(
    line: RecordedLine, recognizer: PreparedRecognizer, person: tuple[Utterance, str] | None = None
) -> AudioConversation:
    """A conversation that is heard by `recognizer`; `person` is an answer that wants one, and its language."""
    ears = Hearing(recognizer, Endpointer(), "en")
    return AudioConversation(line, ToneSpeaker(ms=2000), ears, lambda text, _: not text, lambda *heard: heard == person)


async def test_words_end_the_prompt() -> None:
    line = RecordedLine(silence(500), voice(600), silence(1000))
    speaker = ToneSpeaker(ms=5000)
    assert await conversation(line, speaker, "my account is locked").ask(ASK, WHAT) == said("my account is locked")
    assert speaker.heard_ms(line, "main.ask") <= 500 + 120  # paused when the voice began, and never went on
    assert 500 < line.flushes_at_ms[0] <= 620
    assert line.ms <= 500 + 600 + 640 + 40  # the end of speech, and at once the answer


async def test_a_cough_pauses_the_prompt_which_then_is_heard_to_its_end() -> None:
    line = RecordedLine(silence(500), voice(200), silence(1000))
    speaker = ToneSpeaker(ms=2000)
    assert await conversation(line, speaker, "").ask(ASK, WHAT) == NoInput()
    assert speaker.heard_ms(line, "main.ask") == 2000 + 420  # and its last 400 ms before the pause once more
    assert line.ms > 2400 + 6000


async def test_an_uh_without_meaning_is_a_cough() -> None:
    line = RecordedLine(silence(500), voice(300), silence(1000), voice(500))
    assert await conversation(line, ToneSpeaker(ms=1500), "uh", "email").ask(ASK, WHAT) == said("email")


async def test_a_click_does_not_even_pause() -> None:
    line = RecordedLine(silence(500), voice(40))
    assert await conversation(line, ToneSpeaker(), "never asked").ask(ASK, WHAT) == NoInput()
    assert line.flushes_at_ms == []


async def test_a_prompt_without_barge_in_is_heard_out_and_the_answer_kept() -> None:
    line = RecordedLine(silence(400), voice(600), silence(800))
    speaker = ToneSpeaker(ms=3000)
    notice = Prompt("notice", "en", barge_in=False)
    assert await conversation(line, speaker, "email").ask(notice, WHAT) == said("email")
    assert speaker.heard_ms(line, "notice") == 3000


async def test_a_key_during_a_prompt_without_barge_in_is_kept() -> None:
    line = RecordedLine(silence(400), "5")
    speaker = ToneSpeaker(ms=1000)
    assert await conversation(line, speaker).ask(Prompt("notice", "en", barge_in=False), WHAT) == Digits("5")
    assert speaker.heard_ms(line, "notice") == 1000


async def test_keys_during_say_answer_the_next_questions() -> None:
    line = RecordedLine(silence(200), "12")
    speaker = ToneSpeaker(ms=1000)
    talk = conversation(line, speaker)
    await talk.say(Prompt("greeting", "en"))
    assert speaker.heard_ms(line, "greeting") == 1000
    assert await talk.ask(ASK, WHAT) == Digits("1")
    assert await talk.ask(ASK, WHAT) == Digits("2")
    assert "main.ask" not in speaker.spoken


async def test_keys_during_say_make_one_answer_where_several_are_wanted() -> None:
    line = RecordedLine(silence(200), "20", silence(1000), "44#")
    speaker = ToneSpeaker(ms=1000)
    talk = conversation(line, speaker)
    await talk.say(Prompt("slot.not_found", "en"))
    assert await talk.ask(ASK, Expecting("number", max_digits=6)) == Digits("2044")
    assert "main.ask" not in speaker.spoken


async def test_a_terminator_after_the_greatest_number_is_forgiven() -> None:
    line = RecordedLine(silence(200), "204417#", silence(1000), "1")
    talk = conversation(line, ToneSpeaker())
    assert await talk.ask(ASK, Expecting("number", max_digits=6)) == Digits("204417")
    assert await talk.ask(ASK, WHAT) == Digits("1")


async def test_a_terminator_alone_is_an_answer() -> None:
    line = RecordedLine(silence(200), "#")
    assert await conversation(line, ToneSpeaker()).ask(ASK, Expecting("number", max_digits=6)) == Digits("#")
    assert line.ms == 200


async def test_words_during_say_answer_the_next_question() -> None:
    line = RecordedLine(silence(200), voice(600), silence(1000))
    speaker = ToneSpeaker(ms=3000)
    talk = conversation(line, speaker, "email")
    await talk.say(Prompt("greeting", "en"))
    assert speaker.heard_ms(line, "greeting") == 3000
    assert await talk.ask(ASK, WHAT) == said("email")


async def test_words_that_begin_in_the_greeting_and_end_after_it_are_one_answer() -> None:
    line = RecordedLine(silence(700), voice(900), silence(1000))
    talk = conversation(line, ToneSpeaker(ms=1000), "email")
    await talk.say(Prompt("greeting", "en"))
    assert await talk.ask(ASK, WHAT) == said("email")


async def test_the_key_for_a_person_ends_what_is_being_said() -> None:
    line = RecordedLine(silence(300), "0")
    speaker = ToneSpeaker(ms=8000)
    talk = conversation(line, speaker)
    await talk.say(Prompt("greeting", "en"))
    assert speaker.heard_ms(line, "greeting") == 280
    await talk.say(Prompt("solved", "en"))  # nor is anything else said before the wish is heard
    assert speaker.heard_ms(line, "solved") == 0
    assert await talk.ask(ASK, WHAT) == Digits("0")


async def test_the_word_for_a_person_ends_what_is_being_said() -> None:
    line = RecordedLine(silence(300), voice(600))
    speaker = ToneSpeaker(ms=8000)
    talk = conversation(line, speaker, "operator", wants_person=lambda heard, language: heard == said("operator"))
    await talk.say(Prompt("greeting", "en"))
    assert speaker.heard_ms(line, "greeting") < 2000


@pytest.mark.parametrize(
    ("keys", "after_ms"),
    [
        ("123456", 0),  # as many as there may be
        ("123#", 0),  # the terminator
        ("123", 2500),  # the pause after the last one
    ],
)
async def test_keys_make_one_answer(keys: str, after_ms: int) -> None:
    line = RecordedLine(silence(1200), keys)
    answer = await conversation(line, ToneSpeaker()).ask(ASK, Expecting("number", max_digits=6))
    assert answer == Digits(keys.rstrip("#"))
    assert line.ms == 1200 + after_ms


async def test_a_key_stops_the_prompt_before_the_answer_is_complete() -> None:
    line = RecordedLine(silence(400), "1", silence(1000), "2#")
    speaker = ToneSpeaker(ms=5000)
    assert await conversation(line, speaker).ask(ASK, Expecting("number", max_digits=6)) == Digits("12")
    assert speaker.heard_ms(line, "main.ask") == 380


async def test_silence_is_counted_from_the_end_of_the_prompt() -> None:
    line = RecordedLine()
    assert await conversation(line, ToneSpeaker(ms=1000)).ask(ASK, Expecting("main", no_input_s=4)) == NoInput()
    assert 1000 + 4000 - 40 <= line.ms <= 1000 + 4000 + 40


async def test_an_utterance_that_never_ends_is_cut_and_recognized() -> None:
    line = RecordedLine(voice(60_000))
    recognizer = PreparedRecognizer(["a very long story"])
    talk = listening(line, recognizer)
    assert await talk.ask(ASK, Expecting("main", max_utterance_s=5)) == said("a very long story")
    assert recognizer.asked == [(5000, ())]
    assert line.ms <= 5200


async def test_endless_noise_is_an_utterance_without_words() -> None:
    line = RecordedLine(voice(60_000))
    assert await conversation(line, ToneSpeaker(), "").ask(ASK, Expecting("main", max_utterance_s=5)) == Utterance(())
    assert line.ms <= 5200


async def test_a_recognizer_that_fails_makes_the_line_deaf_for_this_turn() -> None:
    line = RecordedLine(silence(1200), voice(600))
    heard = await conversation(line, ToneSpeaker(), RecognizerBusy("8 are waiting")).ask(ASK, WHAT)
    assert heard == Deaf("8 are waiting")


async def test_the_recognizer_is_told_which_answers_are_expected() -> None:
    line = RecordedLine(silence(1200), voice(600))
    recognizer = PreparedRecognizer(["yes"])
    talk = listening(line, recognizer)
    await talk.ask(ASK, Expecting("helped", phrases=("yes", "no")))
    assert {phrases for _, phrases in recognizer.asked} == {("yes", "no")}


async def test_all_prompts_of_a_breath_are_heard_in_order() -> None:
    line = RecordedLine()
    speaker = ToneSpeaker(ms=200)
    await conversation(line, speaker).ask(
        ASK, WHAT, lead=(Prompt("article.intro", "en"), Prompt("article.answer", "en"))
    )
    assert speaker.spoken == ["article.intro", "article.answer", "main.ask"]
    tones = [frame[0] for frame in line.heard_frames]
    assert tones == [0] * 10 + [1] * 10 + [2] * 10


@pytest.mark.parametrize("gone_after_ms", [20, 500, 980, 1500, 5000])
async def test_a_hang_up_ends_a_question_at_any_moment(gone_after_ms: int) -> None:
    talk = conversation(RecordedLine(silence(gone_after_ms), hangs_up=True), ToneSpeaker(ms=1000))
    with pytest.raises(CallerHungUp):
        await talk.ask(ASK, WHAT)


async def test_a_hang_up_ends_what_is_being_said() -> None:
    talk = conversation(RecordedLine(silence(500), hangs_up=True), ToneSpeaker(ms=1000))
    with pytest.raises(CallerHungUp):
        await talk.say(ASK)


async def test_a_hang_up_in_the_middle_of_a_word_leaves_no_task() -> None:
    talk = conversation(RecordedLine(silence(200), voice(500), silence(300), hangs_up=True), ToneSpeaker(ms=1000), "x")
    with pytest.raises(CallerHungUp):
        await talk.ask(ASK, WHAT)
    await talk.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_question_is_listened_to_in_its_own_language() -> None:  # P-10
    line = RecordedLine(silence(2200), voice(600), silence(2000), voice(600), silence(1000))
    recognizer = PreparedRecognizer(["chinese please", "我的账号被锁了"])
    talk = listening(line, recognizer)
    assert await talk.ask(ASK, WHAT) == said("chinese please")
    assert await talk.ask(Prompt("main.ask", "zh"), WHAT, lead=(Prompt("greeting", "en"),)) == said("我的账号被锁了")
    assert recognizer.languages == ["en", "zh"]


async def test_what_is_said_into_a_prompt_is_heard_in_the_language_of_the_prompt() -> None:  # P-10
    recognizer = PreparedRecognizer(["转人工"])
    line = RecordedLine(silence(200), voice(600), silence(2000))
    talk = listening(line, recognizer, person=(said("转人工"), "zh"))
    await talk.say(Prompt("greeting", "zh"))
    assert line.ms < 2000
    assert await talk.ask(ASK, WHAT) == said("转人工")
    assert recognizer.languages == ["zh"]


WAIT = Expecting("waiting", no_input_s=10)
PLACE, CHOICES = Prompt("waiting.next", "en"), Prompt("waiting.callback", "en")
MUSIC = bytes(range(40, 90)) * 16  # 100 ms, of which every frame is another


def waiting(line: RecordedLine, speaker: ToneSpeaker, *heard: str) -> AudioConversation:
    ears = Hearing(PreparedRecognizer(list(heard) or [""]), Endpointer(), "en")
    return AudioConversation(line, speaker, ears, lambda text, _: not text, lambda *_: False, music=MUSIC)


def is_music(frame: bytes) -> bool:
    return frame in MUSIC * 2


async def test_who_waits_hears_the_announcement_and_then_music() -> None:  # P-4
    line, speaker = RecordedLine(), ToneSpeaker(ms=1000)
    assert await waiting(line, speaker).wait((PLACE, CHOICES), WAIT) == NoInput()
    assert 2000 + 10_000 - 40 <= line.ms <= 2000 + 10_000 + 200
    assert speaker.heard_ms(line, "waiting.next") == speaker.heard_ms(line, "waiting.callback") == 1000
    assert sum(map(is_music, line.heard_frames)) * 20 >= 10_000 - 200


async def test_the_music_goes_on_where_it_was() -> None:
    line = RecordedLine()
    talk = waiting(line, ToneSpeaker(ms=200))
    await talk.wait((), Expecting("waiting", no_input_s=0.05))
    heard = len(line.heard_frames)
    await talk.wait((), Expecting("waiting", no_input_s=0.05))
    played = b"".join(line.heard_frames)
    assert played == (MUSIC * 9)[: len(played)]
    assert len(line.heard_frames) > heard


@pytest.mark.parametrize("after_ms", [100, 1500, 2500, 9000])
async def test_a_key_counts_at_any_time_of_a_wait(after_ms: int) -> None:
    line = RecordedLine(silence(after_ms), "1")
    assert await waiting(line, ToneSpeaker(ms=2000)).wait((PLACE,), WAIT) == Digits("1")
    assert line.ms == after_ms


@pytest.mark.parametrize("after_ms", [500, 2500, 8000])
async def test_words_count_while_the_choices_are_fresh(after_ms: int) -> None:
    line = RecordedLine(silence(after_ms), voice(600), silence(1000))
    assert await waiting(line, ToneSpeaker(ms=2000), "call me back").wait((PLACE,), WAIT) == said("call me back")


async def test_what_is_said_to_the_music_is_not_even_listened_to() -> None:
    recognizer = PreparedRecognizer(["who cares"])
    line = RecordedLine(silence(10_500), voice(600), silence(100))
    ears = Hearing(recognizer, Endpointer(), "en")
    talk = AudioConversation(line, ToneSpeaker(ms=2000), ears, lambda text, _: not text, lambda *_: False, music=MUSIC)
    assert await talk.wait((PLACE,), WAIT) == NoInput()
    line.send(voice(600))
    assert await talk.wait((), WAIT) == NoInput()
    assert recognizer.asked == []


@pytest.mark.parametrize("after_ms", [40, 500, 1980, 3000, 9000])
async def test_whatever_is_on_ends_within_a_frame_when_the_wait_is_over(after_ms: int) -> None:  # P-4
    over = asyncio.Event()

    class Ending(RecordedLine):
        async def receive(self) -> Received:
            if self.ms >= after_ms:
                over.set()
            return await super().receive()

    line = Ending()
    talk = waiting(line, ToneSpeaker(ms=2000))
    with pytest.raises(WaitOver), talk.until(over):
        await talk.wait((PLACE,), WAIT)
    assert line.ms <= after_ms + 20
    assert line.flushes_at_ms[-1] == line.ms  # and nothing that was ahead of the ear is heard any more


async def test_a_question_a_recognition_and_a_voice_that_take_long_end_with_the_wait_too() -> None:
    over = asyncio.Event()

    class Slow(ToneSpeaker):
        async def speak(self, prompt: Prompt) -> bytes:
            over.set()
            await asyncio.Event().wait()
            return b""

    class Deliberate(PreparedRecognizer):
        async def recognize(self, audio: bytes, language: str, phrases: tuple[str, ...] = ()) -> tuple[Hypothesis, ...]:
            over.set()
            await asyncio.Event().wait()
            return ()

    async with asyncio.timeout(30):
        talk = waiting(RecordedLine(), Slow())
        with pytest.raises(WaitOver), talk.until(over):
            await talk.ask(ASK, WHAT)
        for parts in ((PLACE,), ()):
            over.clear()
            line = RecordedLine(silence(1200), voice(600), silence(1000))
            talk = listening(line, Deliberate([""]))
            with pytest.raises(WaitOver), talk.until(over):
                await (talk.wait(parts, WAIT) if parts else talk.ask(ASK, WHAT))
            await talk.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_voice_that_has_to_be_loaded_is_waited_for_with_music() -> None:
    class Loading(ToneSpeaker):
        async def speak(self, prompt: Prompt) -> bytes:
            await asyncio.sleep(0.4)
            return await super().speak(prompt)

    line = RecordedLine()
    assert (
        await waiting(line, speaker := Loading(ms=400)).wait((PLACE,), Expecting("waiting", no_input_s=1)) == NoInput()
    )
    first = next(at for at, frame in enumerate(line.heard_frames) if not is_music(frame))
    assert first > 0
    assert speaker.heard_ms(line, "waiting.next") == 400


async def test_after_the_wait_everything_is_as_before() -> None:
    talk, over = waiting(RecordedLine(), ToneSpeaker(ms=400)), asyncio.Event()
    with talk.until(over):
        await talk.wait((PLACE,), Expecting("waiting", no_input_s=1))
    over.set()
    await talk.say(ASK)
