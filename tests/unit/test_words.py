"""Words that mean the same in every prompt. # 000-1"""

import pytest

from dialplan.loader import load_dialplan
from ivr.conversation import Deaf, Digits, Heard, Hypothesis, NoInput, Utterance
from ivr.words import Command, Words, normalised

WORDS = Words(load_dialplan(), "en")
MANDARIN = Words(load_dialplan(), "zh")


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


def readings(*texts: tuple[str, float | None]) -> Utterance:
    return Utterance(tuple(Hypothesis(text, confidence) for text, confidence in texts))


def test_a_reading_nearly_as_likely_may_be_the_answer() -> None:
    assert WORDS.yes_or_no(readings(("Know it did not.", 0.61), ("No it did not.", 0.39))) is False
    assert WORDS.yes_or_no(readings(("Know it did not.", 0.85), ("No it did not.", 0.15))) is None
    assert WORDS.yes_or_no(readings(("yes", 0.5), ("no", 0.4))) is True
    assert WORDS.yes_or_no(readings(("yeast", None), ("yes", None))) is True
    assert WORDS.yes_or_no(Utterance(())) is None


def test_what_is_heard_twice_is_said_once() -> None:
    assert WORDS.command(said("Main Menu, Main Menu,")) is Command.MAIN_MENU
    assert WORDS.yes_or_no(said("No. No.")) is False
    assert WORDS.command(said("main menu operator")) is None


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
    assert normalised("還是不行，謝謝！") == "还是不行 谢谢"


@pytest.mark.parametrize(
    "text", ["是", "是的。", "是的没错", "对", "對", "对对对", "对啊", "好了", "嗯，对", "可以了", "OK"]
)
def test_yes_in_mandarin(text: str) -> None:  # P-10
    assert MANDARIN.yes_or_no(said(text)) is True


@pytest.mark.parametrize(
    "text",
    [
        "解决了",
        "已經解決了，謝謝",
        "好了谢谢你",
        "没问题了",
        "问题解绝了",
        "接决了，谢谢",
        "现在能用了",
        "嗯，没错，就是这个",
        "对，是VPN",
    ],
)
def test_yes_in_more_words_of_mandarin(text: str) -> None:
    assert MANDARIN.yes_or_no(said(text)) is True


@pytest.mark.parametrize(
    "text", ["不", "不是", "不行", "没有", "没有解决", "还是不行", "還是不行", "还事不行", "没有帮住", "不管用", "错了"]
)
def test_no_in_mandarin(text: str) -> None:
    assert MANDARIN.yes_or_no(said(text)) is False


@pytest.mark.parametrize(
    "text",
    [
        "不是，我说的是密码",
        "不，我的邮箱满了",
        "不不不",
        "不对不对，是打印机",
        "没有，还是登录不了",
        "试了一下还是不行",
        "还事不行，谢谢",
        "这个问题没有解决啊",
        "不能用",
        "没啊",
        "不太行",
    ],
)
def test_no_in_more_words_of_mandarin(text: str) -> None:
    assert MANDARIN.yes_or_no(said(text)) is False


@pytest.mark.parametrize(
    "text",
    [
        "对不起，你刚才说什么",
        "对了我还想问一件事",
        "不知道",
        "不好意思",
        "是不是网络的问题",
        "有没有别的办法",
        "是VPN连不上",
        "好像是打印机",
        "好的，但是还是不行",
        "十",
        "打印机没纸了",
        "",
    ],
)
def test_neither_yes_nor_no_in_mandarin(text: str) -> None:
    assert MANDARIN.yes_or_no(said(text)) is None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("转人工", Command.OPERATOR),
        ("轉人工。", Command.OPERATOR),
        ("专人工", Command.OPERATOR),  # sounds the same
        ("钻人工", Command.OPERATOR),  # zuan for zhuan
        ("帮我转仁工", Command.OPERATOR),
        ("我想跟人说话", Command.OPERATOR),
        ("再说一遍", Command.REPEAT),
        ("在说一遍", Command.REPEAT),
        ("没听清楚", Command.REPEAT),
        ("返回上一步", Command.BACK),
        ("主菜單", Command.MAIN_MENU),
        ("重新开始", Command.MAIN_MENU),
    ],
)
def test_commands_in_mandarin(text: str, command: Command) -> None:  # P-10
    assert MANDARIN.command(said(text)) is command


@pytest.mark.parametrize("text", ["我的账号被锁了", "人", "重新启动电脑", "打印机", "菜单打不开", "我不要转人工"])
def test_other_words_of_mandarin_are_no_command(text: str) -> None:
    assert MANDARIN.command(said(text)) is None


def test_the_other_language() -> None:  # P-10
    assert MANDARIN.other_language(said("英语")) == "en"
    assert MANDARIN.other_language(said("English, please.")) == "en"
    assert MANDARIN.other_language(said("请说英雨")) == "en"
    assert MANDARIN.other_language(Digits("8")) == "en"
    assert WORDS.other_language(said("do you speak Chinese")) == "zh"
    assert WORDS.other_language(said("中文")) == "zh"
    assert WORDS.other_language(said("普通話.")) == "zh"
    assert WORDS.other_language(said("You will say Chinese?")) == "zh"  # what whisper makes of 你会说中文吗
    assert WORDS.other_language(Digits("8")) == "zh"
    assert MANDARIN.other_language(said("英文版的软件打不开")) is None


@pytest.mark.parametrize(
    ("text", "place"), [("第一个", 0), ("第一個", 0), ("后者", 1), ("第二个", 1), ("都不是", None)]
)
def test_which_of_two_in_mandarin(text: str, place: int | None) -> None:
    assert MANDARIN.which(said(text)) == place


@pytest.mark.parametrize("text", ["嗯。", "呃", "那个…", "喂，你好", "喂？", "謝謝觀看", "字幕由Amara.org社区提供"])
def test_sounds_of_mandarin_that_say_nothing(text: str) -> None:
    assert MANDARIN.says_nothing(text)


@pytest.mark.parametrize("text", ["是", "不", "邮箱", "那个打印机坏了"])
def test_words_of_mandarin_that_say_something(text: str) -> None:
    assert not MANDARIN.says_nothing(text)
