"""Words that mean the same in every prompt. # 000-1"""

import pytest

from dialplan.loader import load_dialplan
from ivr.conversation import Deaf, Digits, Heard, Hypothesis, NoInput, Utterance
from ivr.words import Command, Words, normalised

WORDS = Words(load_dialplan(), "en")


def said(text: str) -> Utterance:
    return Utterance((Hypothesis(text),))


@pytest.mark.parametrize("text", ["yes", "Yes.", "yes please", "yes thank you", "Yeah!", "yep", "sure", "okay"])
def test_yes(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is True


@pytest.mark.parametrize("text", ["That's right", "it helped", "yes it works now", "yes, that was it", "Okay, great."])
def test_yes_in_more_words(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is True


@pytest.mark.parametrize("text", ["no", "No.", "No thanks.", "no it did not", "nope", "not really", "it did not help"])
def test_no(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is False


@pytest.mark.parametrize("text", ["no it still does not work", "It still doesn't work.", "no, it asks for my pin"])
def test_no_in_more_words(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is False


@pytest.mark.parametrize("text", ["now", "know", "note", "now it works differently", "nobody knows", "mailbox", ""])
def test_neither_yes_nor_no(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is None


@pytest.mark.parametrize("text", ["okay but it still does not work", "right now it doesn't work", "yes and no"])
def test_a_yes_that_is_taken_back_is_none(text: str) -> None:
    assert WORDS.yes_or_no(said(text)) is None


def test_yes_and_no_by_key() -> None:
    assert WORDS.yes_or_no(Digits("1")) is True
    assert WORDS.yes_or_no(Digits("2")) is False
    assert WORDS.yes_or_no(Digits("3")) is None
    assert WORDS.yes_or_no(Digits("12")) is None


@pytest.mark.parametrize(
    ("heard", "command"),
    [
        (said("operator"), Command.OPERATOR),
        (said("Agent."), Command.OPERATOR),
        (said("a person"), Command.OPERATOR),
        (said("I want to talk to a person"), Command.OPERATOR),
        (said("i want to talk to the person"), Command.OPERATOR),  # a word misheard in a long phrase
        (Digits("0"), Command.OPERATOR),
        (said("Pardon?"), Command.REPEAT),
        (said("say that again"), Command.REPEAT),
        (Digits("9"), Command.REPEAT),
        (said("main menu"), Command.MAIN_MENU),
        (Digits("*"), Command.MAIN_MENU),
    ],
)
def test_commands(heard: Heard, command: Command) -> None:
    assert WORDS.command(heard) is command


@pytest.mark.parametrize("text", ["my account is locked", "the agent software crashes", "urgent", ""])
def test_other_words_are_no_command(text: str) -> None:
    assert WORDS.command(said(text)) is None


@pytest.mark.parametrize("heard", [Digits("1"), Digits("00"), NoInput(), Deaf("no worker"), Utterance(())])
def test_other_answers_are_no_command(heard: Heard) -> None:
    assert WORDS.command(heard) is None


@pytest.mark.parametrize("text", ["", " ", "...", "uh", "Um.", "uh-huh", "Hmm", "Mm"])
def test_sounds_that_say_nothing(text: str) -> None:
    assert WORDS.says_nothing(text)


@pytest.mark.parametrize("text", ["no", "yes", "outlook", "um my mail does not work"])
def test_words_that_say_something(text: str) -> None:
    assert not WORDS.says_nothing(text)


def test_normalised() -> None:
    assert normalised("  That’s   RIGHT — isn't it?") == "thats right isnt it"
    assert normalised("e-mail") == "e mail"
    assert normalised("___") == ""
