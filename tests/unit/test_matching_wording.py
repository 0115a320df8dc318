"""Words brought into one form."""

import pytest

from knowledge.wording import Wording, pinyin

WORDING = Wording.of(
    ["outlook on the vpn asks for my password", "the wifi is down", "我的邮箱满了", "打印机卡纸", "VPN连不上"],
    ["SharePoint", "Wi-Fi"],
)


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
        ("ＶＰＮ раsswоrd", "vpn password"),
        ("out\u200blook", "outlook"),
        ("пароль", "пароль"),
        ("word " * 5000, " ".join(["word"] * 200)),
    ],
)
def test_words_are_led_back_to_the_known_ones(said: str, normal: str) -> None:
    assert WORDING.normalise(said) == normal


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("is there a charge for getting cash", "is there a charge for getting cash"),
        ("I was forgetting it", "i was forgetting it"),
        ("I can't log in", "i can't login"),
    ],
)
def test_two_words_become_one_only_if_they_are_mostly_written_so(said: str, normal: str) -> None:
    phrasings = ["forgetting my pin", "a fee for getting a card", "who is for getting this", "my login", "log in"]
    assert Wording.of(phrasings).normalise(said) == normal


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("VPN连不上", "vpn 连不上"),
        ("V P N 连 不 上", "vpn 连不上"),
        ("嗯，我的 油箱 满了。", "嗯我的邮箱满了"),
        ("打印机卡只", "打印机卡纸"),
        ("印鸡", "印机"),
        ("鸡", "鸡"),
        ("明天天气", "明天天气"),
    ],
)
def test_chinese_is_written_as_the_phrasings_write_that_sound(said: str, normal: str) -> None:  # P-10
    assert WORDING.normalise(said) == normal


def test_of_two_spellings_of_a_sound_the_recognized_one_stays() -> None:
    wording = Wording.of(["换墨盒", "换磨合", "换墨盒"])
    assert wording.normalise("磨合") == "磨合"
    assert wording.normalise("摸河") == "墨盒"


def test_chinese_becomes_syllables_without_tones() -> None:
    assert pinyin("密码 reset 了") == "mi ma reset le"
    assert pinyin("no chinese") == "no chinese"
