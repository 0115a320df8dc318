"""Keys that make an answer together. # 000-3"""

from ivr.conversation import Digits
from ivr.speech.keypad import Keypad


def test_one_key_is_an_answer_where_one_is_wanted() -> None:
    assert Keypad(max_digits=1).press("5") == Digits("5")


def test_the_greatest_number_completes_an_answer() -> None:
    keypad = Keypad(max_digits=3)
    assert [keypad.press(key) for key in "123"] == [None, None, Digits("123")]
    assert not keypad.is_collecting


def test_the_terminator_completes_an_answer_and_is_not_part_of_it() -> None:
    keypad = Keypad(max_digits=6)
    assert [keypad.press(key) for key in "12#"] == [None, None, Digits("12")]


def test_a_terminator_alone_is_a_key() -> None:
    assert Keypad(max_digits=1).press("#") == Digits("#")


def test_a_pause_of_two_and_a_half_seconds_completes_an_answer() -> None:
    keypad = Keypad(max_digits=6)
    keypad.press("4")
    assert [keypad.tick() for _ in range(124)] == [None] * 124
    assert keypad.tick() == Digits("4")
    assert keypad.tick() is None


def test_every_key_begins_the_pause_anew() -> None:
    keypad = Keypad(max_digits=6)
    keypad.press("4")
    for _ in range(100):
        keypad.tick()
    keypad.press("2")
    assert [keypad.tick() for _ in range(124)] == [None] * 124
    assert keypad.tick() == Digits("42")


def test_without_a_key_time_passes_for_nothing() -> None:
    keypad = Keypad(max_digits=6)
    assert not keypad.is_collecting
    assert all(keypad.tick() is None for _ in range(1000))
