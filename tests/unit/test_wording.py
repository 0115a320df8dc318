"""From prompts to words and pieces, and what is recorded ahead of them."""

from collections import defaultdict

import pytest

from dialplan.loader import load_dialplan
from ivr.conversation import Prompt
from ivr.speech.renderings import Filling, renderings
from ivr.speech.wording import Wording, WordingError

PROMPTS = {
    "en": {
        "greeting": "Hello.",
        "solved": "Your ticket number is {number}. Goodbye.",
        "confirm": "Is this about {topic}?",
        "open": "It is {topic}, he said",
        **{f"digit.{digit}": word for digit, word in enumerate(["zero", "one", "two", "three", "four", "five"])},
    }
}
WORDING = Wording(PROMPTS)


def prompt(key: str, **slots: str) -> Prompt:
    return Prompt(key, "en", slots)


def test_the_text_has_its_slots_filled() -> None:
    assert WORDING.text(prompt("solved", number="105")) == "Your ticket number is 105. Goodbye."


def test_a_prompt_without_slots_is_one_piece() -> None:
    assert WORDING.pieces(prompt("greeting")) == ("Hello.",)


def test_digits_are_pieces_of_their_own() -> None:
    pieces = WORDING.pieces(prompt("solved", number="105"))
    assert pieces == ("Your ticket number is", "one", "zero", "five", "Goodbye.")


@pytest.mark.parametrize("topic", ["a locked account", "Windows 11", "१२"])
def test_other_values_are_pieces_too(topic: str) -> None:
    assert WORDING.pieces(prompt("confirm", topic=topic)) == ("Is this about", topic)


def test_an_empty_value_is_no_piece() -> None:
    assert WORDING.pieces(prompt("open", topic="")) == ("It is", "he said")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Prompt("solved", "en"), "slot 'number' was not filled"),
        (Prompt("nonsense", "en"), "no prompt 'nonsense' in language 'en'"),
        (Prompt("greeting", "fr"), "in language 'fr'"),
    ],
)
def test_what_is_missing_is_named(wrong: Prompt, message: str) -> None:
    for words in (WORDING.text, WORDING.pieces):
        with pytest.raises(WordingError, match=message):
            words(wrong)


def test_an_unclosed_brace_is_an_error() -> None:
    with pytest.raises(WordingError, match="Is it"):
        Wording({"en": {"broken": "Is it {topic"}}).text(prompt("broken"))


def test_renderings_are_whole_prompts_fillings_and_the_words_around_digits() -> None:
    fillings = {"en": {"confirm": [Filling("locked", {"topic": "a locked account"})]}}
    rendered = {
        rendering.name: rendering for rendering in renderings(PROMPTS, fillings, {"en": {"locked": "a locked account"}})
    }
    assert rendered["greeting"].text == "Hello."
    assert rendered["confirm.locked"].text == "Is this about a locked account?"
    assert (rendered["solved.1"].text, rendered["solved.2"].text) == ("Your ticket number is", "Goodbye.")
    assert rendered["confirm.locked"].optional
    assert rendered["confirm.1"].text == "Is this about"
    assert rendered["value.locked"].text == "a locked account"
    assert not rendered["solved.1"].optional


def test_a_text_is_rendered_once() -> None:
    twice = {"en": {"goodbye": "Goodbye.", "end": "Goodbye."}}
    assert [rendering.name for rendering in renderings(twice, {}, {})] == ["goodbye"]


def test_every_piece_of_a_shipped_prompt_is_rendered_ahead() -> None:
    dialplan = load_dialplan()
    wording = Wording(dialplan.prompts)
    for language, texts in dialplan.prompts.items():
        rendered = {
            rendering.text for rendering in renderings(dialplan.prompts, {}, {}) if rendering.language == language
        }
        for key in texts:
            pieces = wording.pieces(Prompt(key, language, defaultdict(lambda: "1234567890")))
            assert set(pieces) <= rendered, key
