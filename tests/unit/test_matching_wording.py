"""Words brought into one form."""

import pytest

from knowledge.wording import Wording, pinyin

WORDING = Wording.of(["outlook on the vpn asks for my password", "the wifi is down"], ["SharePoint", "Wi-Fi"])


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("Out look, asks for my PASS WORD!", "outlook asks for my password"),
        ("the v p n is down", "the vpn is down"),
        ("i need a v p n", "i need a vpn"),
        ("wi-fi", "wifi"),
        ("share point", "sharepoint"),
        ("sharepont", "sharepoint"),
        ("on the", "on the"),
        ("I can’t", "i can't"),
        ("", ""),
    ],
)
def test_words_are_led_back_to_the_known_ones(said: str, normal: str) -> None:
    assert WORDING.normalise(said) == normal


def test_chinese_becomes_syllables_without_tones() -> None:
    assert pinyin("密码 reset 了") == "mi ma reset le"
    assert pinyin("no chinese") == "no chinese"
