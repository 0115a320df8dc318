"""Numbers in what was said, as recognizers write them. # 000-18, 001-7"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken.digits import digits_heard, digits_in, digits_supposed
from ivr.spoken.saying import say_number

numbers = st.text("0123456789", min_size=1, max_size=12)

_BELOW_TWENTY = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip

ENGLISH = [
    ("one two three", "123"),
    ("Four, four, two, three, one, five.", "442315"),
    ("oh one two", "012"),
    ("one oh five", "105"),
    ("nought two nil", "020"),
    ("zero zero seven", "007"),
    ("double four two", "442"),
    ("double oh seven", "007"),
    ("triple seven one", "7771"),
    ("Double two, double six, one, seven.", "226617"),
    ("It's double 16807.", "116807"),  # whisper, of "double one six eight oh seven"
    ("double 4, 2", "442"),
    ("twelve thirty four", "1234"),
    ("thirty-four thirty-three fifty-eight", "343358"),
    ("34-33-58.", "343358"),
    ("64, 76, 97", "647697"),
    ("It's 65.02.65", "650265"),
    ("367-2-00", "367200"),
    ("1 2-3 4", "1234"),
    ("My employee number is 847-721.", "847721"),
    ("442,315", "442315"),
    ("four hundred and forty two thousand three hundred and fifteen", "442315"),
    ("one hundred thousand and twenty three", "100023"),
    ("one hundred and five", "105"),
    ("a hundred and five", "105"),
    ("1 hundred and 5", "105"),
    ("fifteen hundred", "1500"),
    ("two thousand and six", "2006"),
    ("twenty twenty six", "2026"),
    ("nineteen eighty four", "1984"),
    ("sixty six oh five", "6605"),
    ("ten eleven", "1011"),
    ("T 1 0 0 0 2 3", "100023"),
    ("ticket T100023 please", "100023"),
    ("t one zero zero zero two three", "100023"),
    ("Oh, it's 442315", "442315"),
    ("Oh, 442315", "442315"),
    ("uh four four um two", "442"),
    ("My number is four four two, thanks a lot", "442"),
    ("four four two no sorry four four three", "443"),  # what was said last corrects
    ("I have 2 screens, my number is 442315", "442315"),
    ("plus four nine three zero", "4930"),
    ("４４２３１５", "442315"),
]

MANDARIN = [
    ("四四二三一五", "442315"),
    ("我的工号是四四二三一五。", "442315"),
    ("我的工号是442315，谢谢", "442315"),
    ("工号 44 23 15", "442315"),
    ("幺零二", "102"),
    ("洞幺拐", "017"),
    ("零零七", "007"),
    ("〇〇七", "007"),
    ("两零零六", "2006"),
    ("双四二", "442"),
    ("三个五一", "5551"),
    ("两个四，二三", "4423"),
    ("十", "10"),
    ("十二", "12"),
    ("二十三", "23"),
    ("一百零五", "105"),
    ("一千零二十三", "1023"),
    ("一千零二", "1002"),
    ("一万零二", "10002"),
    ("十二万三千四百五十六", "123456"),
    ("四十四万二千三百一十五", "442315"),
    ("１２３ ４５６", "123456"),
    ("12三四5六", "123456"),
    ("四四二，呃，三一五", "442315"),
    ("四四二，然后三一五", "442315"),
    ("工单号 T一零零零二三", "100023"),
    ("四四二不对四四三", "443"),
    ("肆肆贰三壹伍", "442315"),
]


@pytest.mark.parametrize(("text", "digits"), ENGLISH)
def test_english(text: str, digits: str) -> None:
    assert digits_in(text, "en")[0] == digits


@pytest.mark.parametrize(("text", "digits"), MANDARIN)
def test_mandarin(text: str, digits: str) -> None:
    assert digits_in(text, "zh")[0] == digits


@pytest.mark.parametrize(
    ("text", "language", "digits"),
    [
        ("twenty three", "en", "203"),
        ("one hundred and five", "en", "1005"),
        ("forty two fifteen", "en", "40215"),
        ("four four to three one five", "en", "442315"),
        ("for four two three won five", "en", "442315"),
        ("six ate five", "en", "685"),
        ("442 315 and my room is 12", "en", "442315"),
        ("my room is 12, my number 442 and then again 315", "en", "442315"),
        ("二十三", "zh", "203"),
        ("四四而三一五", "zh", "442315"),
        ("思思二三一五", "zh", "442315"),
        ("酒期八二三一", "zh", "978231"),
        ("49043次", "zh", "490434"),
        ("六七九七九要", "zh", "679791"),
        ("38有767", "zh", "381767"),
        ("27320啊", "zh", "273202"),
    ],
)
def test_other_ways_to_take_it_are_kept(text: str, language: str, digits: str) -> None:
    assert digits in digits_in(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("...", "en"),
        ("I don't know", "en"),
        ("double", "en"),
        ("my account is locked", "en"),
        ("the network is down", "en"),
        ("", "zh"),
        ("不知道", "zh"),
        ("打印机坏了", "zh"),
    ],
)
def test_no_number(text: str, language: str) -> None:
    assert digits_in(text, language) == ()


def test_a_language_without_number_words_has_written_digits() -> None:
    assert digits_in("社員番号は442315です", "ja") == ("442315",)


def test_readings_of_an_utterance_come_before_their_other_meanings() -> None:
    heard = digits_heard(("twenty three four", "It's 214"), "en")
    assert heard == ("234", "214", "2034")


def test_readings_of_an_utterance_are_each_once() -> None:
    assert digits_heard(("4 4 2", "442", "four four two"), "en") == ("442",)


@pytest.mark.parametrize(
    ("heard", "language", "said"),
    [
        ("工号68358", "zh", "683558"),
        ("4 2 3 1 5", "en", "442315"),
        ("我的功耗是12809。", "zh", "128209"),  # of 幺二八二零九: 二 is all vowel
        ("我的功耗1696093。", "zh", "696093"),  # of 是六九六零九三
    ],
)
def test_what_recognizers_make_of_numbers_is_supposed(heard: str, language: str, said: str) -> None:
    assert said in digits_supposed([heard], language)


def test_little_is_supposed() -> None:
    assert digits_supposed([], "zh") == ()
    assert digits_supposed(["4 2", "no number", "9 9"], "en") == ("442", "422")


@given(numbers, st.randoms(use_true_random=False), st.sampled_from(["{}", "my number is {}", "It is {}, thank you."]))
def test_english_numbers_come_back(digits: str, chance: random.Random, sentence: str) -> None:
    spoken = say_number(digits, "en", chance)
    assert digits_in(sentence.format(spoken), "en")[0] == digits


@given(numbers, st.randoms(use_true_random=False), st.sampled_from(["{}", "我的工号是{}", "工号{}，谢谢。"]))
def test_mandarin_numbers_come_back(digits: str, chance: random.Random, sentence: str) -> None:
    spoken = say_number(digits, "zh", chance)
    assert digits_in(sentence.format(spoken), "zh")[0] == digits


@given(st.integers(1, 99_999_999))
def test_mandarin_cardinals_come_back(number: int) -> None:
    assert digits_in(mandarin_cardinal(number), "zh")[0] == str(number)


@given(st.integers(1, 999_999))
def test_english_cardinals_come_back(number: int) -> None:
    assert digits_in(english_cardinal(number), "en")[0] == str(number)


@given(st.text(max_size=60), st.sampled_from(["en", "zh", "ja"]))
def test_any_text_is_read(text: str, language: str) -> None:
    assert all(digits.isdecimal() and digits.isascii() for digits in digits_in(text, language))


@pytest.mark.parametrize("text", ["1" * 5000, "1 " * 5000, "one hundred and twenty " * 500, "double " * 500])
def test_what_is_no_number_any_more_is_cut(text: str) -> None:
    assert all(len(digits) <= 1000 for digits in digits_in(text, "en"))


@given(st.lists(st.sampled_from(["one", "twenty", "hundred", "thousand", "double", "oh", "and", "100"]), max_size=40))
def test_a_heap_of_number_words_is_read_in_bounds(words: list[str]) -> None:
    assert len(digits_in(" ".join(words), "en")) <= 30


def mandarin_cardinal(number: int) -> str:
    """As it is said in full: 一千零二十三."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return f"{mandarin_cardinal(high)}万{gap}{mandarin_cardinal(low) if low else ''}"
    words = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            words += f"{'一二三四五六七八九'[digit - 1]}{name}"
        elif words and number and not words.endswith("零"):
            words += "零"
    return words


def english_cardinal(number: int) -> str:
    """As it is said in full: "four hundred and two"."""
    if number >= 1000:
        high, low = divmod(number, 1000)
        link = " and " if 0 < low < 100 else " "
        return f"{english_cardinal(high)} thousand{link}{english_cardinal(low) if low else ''}".strip()
    if number >= 100:
        high, low = divmod(number, 100)
        return f"{english_cardinal(high)} hundred{f' and {english_cardinal(low)}' if low else ''}"
    if number >= 20:
        tens, ones = divmod(number, 10)
        names = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
        return f"{names[tens - 2]} {english_cardinal(ones)}" if ones else names[tens - 2]
    return _BELOW_TWENTY[number - 1]
