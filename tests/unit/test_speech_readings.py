import pytest

from ivr.speech import scoring
from ivr.speech.engines.readings import Calibration, readings, without_loop
from ivr.speech.vocabulary import compose_vocabulary

CALIBRATION = Calibration(bias=1, score=4, lead=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SharePoint says Access denied. SharePoint says Access denied. SharePoint says",
            "SharePoint says Access denied.",
        ),
        ("Remote desktop will not connect. Remote desktop will not connect.", "Remote desktop will not connect."),
        ("系统更新卡住了,请帮我。系统更新卡住了,请帮我。系统更新", "系统更新卡住了,请帮我。"),
        ("No. No.", "No. No."),
        ("My laptop is slow. It will not turn on.", "My laptop is slow. It will not turn on."),
        ("My laptop is slow.", "My laptop is slow."),
        ("", ""),
    ],
)
def test_a_decoders_loop_is_cut_and_speech_is_not(text: str, expected: str) -> None:
    assert without_loop(text) == expected


def test_readings_that_differ_in_case_and_punctuation_are_one() -> None:
    found = readings(("VPN is down.", "vpn is down", "BPN is down."), (-0.1, -0.2, -0.9), CALIBRATION)
    assert [hypothesis.text for hypothesis in found] == ["VPN is down.", "BPN is down."]


def test_confidence_falls_with_the_score_and_with_a_close_rival() -> None:
    def confidence(scores: tuple[float, float]) -> float:
        best = readings(("my screen is black", "my stream is black"), scores, CALIBRATION)[0].confidence
        assert best is not None
        return best

    clear, close, poor = confidence((-0.1, -0.6)), confidence((-0.1, -0.11)), confidence((-0.9, -1.4))
    assert 1 > clear > close > 0
    assert clear > poor > 0


def test_no_other_reading_is_above_the_best_and_together_they_stay_a_probability() -> None:
    found = readings(("one", "two", "three"), (-1.5, -1.5, -3.0), CALIBRATION)
    confidences = [hypothesis.confidence or 0 for hypothesis in found]
    assert confidences[0] == max(confidences)
    assert sum(confidences) <= 1.001


def test_punctuation_alone_is_no_reading() -> None:
    assert readings((". . .", "!"), (-1.0, -2.0), CALIBRATION) == ()


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("my ticket number is four seven one nine", "My ticket number is 4719.", 0),
        ("stuck at thirty percent", "Stuck at 30%!", 0),
        ("two zero five eight three", "205-83", 0),
        ("the office wifi", "the office Wi-Fi", 0),
        ("a phishing link", "a fishing link", 1),
        ("a b c", "", 3),
        ("twelve", "12", 0),
    ],
)
def test_word_errors(said: str, heard: str, wrong: int) -> None:
    assert scoring.errors(scoring.english_words(said), scoring.english_words(heard)) == wrong


def test_mandarin_errors_count_characters_and_sounds() -> None:
    said, heard = "我的邮箱满了", "我的油箱买了。"
    assert scoring.errors(scoring.chinese_characters(said), scoring.chinese_characters(heard)) == 2
    assert scoring.errors(scoring.chinese_sounds(said), scoring.chinese_sounds(heard)) == 1
    assert scoring.chinese_sounds("工号103") == scoring.chinese_sounds("工号一零三")


def test_a_vocabulary_names_each_word_once_and_stays_short() -> None:
    assert compose_vocabulary("en", ["VPN", "Outlook"], ["vpn", " ", "ticket"]) == "VPN, Outlook, ticket."
    assert compose_vocabulary("zh", ["密码", "打印机"]) == "密码,打印机。"
    assert compose_vocabulary("en", [f"w{i}" for i in range(100)]).endswith(" w30, w31.")
    assert compose_vocabulary("zh", [f"词{i}" for i in range(100)]).endswith(",词14,词15。")
    assert compose_vocabulary("en", []) == ""
