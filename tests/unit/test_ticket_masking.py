import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.masking import HIDDEN, mask, mask_json

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
digits = st.text("0123456789", min_size=13, max_size=19)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my password is hunter2", f"my password is {HIDDEN}"),
        ("my password is hunter two and i cannot log in", f"my password is {HIDDEN} and i cannot log in"),
        ("the password for outlook is blue horse battery", f"the password for outlook is {HIDDEN}"),
        ("the password abc123 does not work", f"the password {HIDDEN} does not work"),
        ("password h u n t e r two", f"password {HIDDEN}"),
        ("pin one two three four", f"pin {HIDDEN}"),
        ("my pin is one two three four and it fails", f"my pin is {HIDDEN} and it fails"),
        ("the pin code is double four seven one", f"the pin code is {HIDDEN}"),
        ("my verification code is 482913.", f"my verification code is {HIDDEN}."),
        ("my card is 4111 1111 1111 1111", f"my card is {HIDDEN}"),
        ("4111-1111-1111-1111", HIDDEN),
        ("it is 123-45-6789", f"it is {HIDDEN}"),
        ("my passport number is C01X00T47", f"my passport number is {HIDDEN}"),
        ("passwort: geheim", f"passwort: {HIDDEN}"),
        ("我的密码是abc123", f"我的密码是{HIDDEN}"),
        ("密码一二三四五六", f"密码{HIDDEN}"),
        ("身份证号码是11010519491231002X", f"身份证号码是{HIDDEN}"),
    ],
)
def test_secrets_are_taken_out(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "my password is expired",
        "my password is not working since monday",
        "i forgot my password",
        "password reset please",
        "my password for the vpn is wrong",
        "the pin pad on the door is broken",
        "i am on floor 3 in room 305",
        "my extension is 12345",
        "ticket number 100023 please",
        "call me back at +4915112345678",
        "call me at 030 1234 5678",
        "my number is zero one seven six double five five one two three four",
        "error code 0x80070005",
        "windows version 10.0.19045.3570",
        "on monday the first one of two of three",
        "密码忘记了",
        "我的密码过期了",
    ],
)
def test_what_people_need_stays(said: str) -> None:
    assert mask(said) == said


@given(st.text("abc ", max_size=20), digits, st.text("xyz ", max_size=20))
def test_no_long_number_survives(before: str, number: str, after: str) -> None:
    assert number not in mask(f"{before} {number} {after}")


@given(digits, st.sampled_from([" ", "-", ""]), st.integers(1, 5))
def test_grouping_does_not_help(number: str, separator: str, size: int) -> None:
    grouped = separator.join(number[start : start + size] for start in range(0, len(number), size))
    assert mask(grouped) == HIDDEN


@given(st.lists(st.sampled_from(_WORDS), min_size=13, max_size=19))
def test_a_spoken_long_number_does_not_survive(words: list[str]) -> None:
    assert mask("it is " + " ".join(words)) == f"it is {HIDDEN}"


@given(st.lists(st.sampled_from(_WORDS), min_size=4, max_size=8), st.sampled_from(["pin", "PIN code", "my pin is"]))
def test_a_spoken_pin_does_not_survive(words: list[str], before: str) -> None:
    assert mask(f"{before} {' '.join(words)}") == f"{before} {HIDDEN}"


@given(st.text(max_size=80))
def test_masking_any_text_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(
    st.lists(
        st.sampled_from(
            [*_WORDS, "password", "pin", "is", "my", "hunter2", "and", "double", "密码", "1234", ",", HIDDEN]
        )
    )
)
def test_masking_talk_of_secrets_twice_changes_nothing_more(words: list[str]) -> None:
    once = mask(" ".join(words))
    assert mask(once) == once


def test_json_is_masked_at_every_depth() -> None:
    heard = {"kind": "utterance", "hypotheses": [{"text": "pin 1234", "confidence": 0.5}], "digits": "4111111111111111"}
    assert mask_json(heard) == {
        "kind": "utterance",
        "hypotheses": [{"text": f"pin {HIDDEN}", "confidence": 0.5}],
        "digits": HIDDEN,
    }
