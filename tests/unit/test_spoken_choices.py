"""Which of several named things was said. # 000-18, 001-7"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken.choices import choice_in

ENGLISH = {
    "sap": ["SAP", "s a p"],
    "outlook": ["Outlook", "my mail"],
    "vpn": ["VPN", "remote access"],
    "hr": ["human resources", "HR", "personnel"],
    "finance": ["Finance", "accounting"],
    "finance-eu": ["Finance Europe"],
}
MANDARIN = {
    "finance": ["财务部", "财务"],
    "hr": ["人事部", "人力资源"],
    "sap": ["SAP"],
    "sales": ["销售部", "销售"],
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SAP", ("sap",)),
        ("I need S A P access please", ("sap",)),
        ("S.A.P.", ("sap",)),
        ("out look is down", ("outlook",)),
        ("my outlock crashes", ("outlook",)),
        ("V.P.N.", ("vpn",)),
        ("the human resource department", ("hr",)),
        ("H R", ("hr",)),
        ("it's SAP for finance", ("finance", "sap")),
        ("finance europe", ("finance-eu", "finance")),
        ("Ｏｕｔｌｏｏｋ", ("outlook",)),
        ("the soap", ()),
        ("three", ()),
        ("something else", ()),
        ("", ()),
    ],
)
def test_english(text: str, names: tuple[str, ...]) -> None:
    assert choice_in(text, ENGLISH) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("财务部", ("finance",)),
        ("我是财务部的", ("finance",)),
        ("我是才务部的", ("finance",)),  # the same sounds, other characters
        ("人是部", ("hr",)),
        ("我要 SAP 权限，在销售部", ("sales", "sap")),
        ("人力资源", ("hr",)),
        ("不知道", ()),
        ("", ()),
    ],
)
def test_mandarin(text: str, names: tuple[str, ...]) -> None:
    assert choice_in(text, MANDARIN) == names


@given(st.text(max_size=60))
def test_any_text_is_compared(text: str) -> None:
    assert set(choice_in(text, {**ENGLISH, **MANDARIN})) <= {*ENGLISH, *MANDARIN}


@given(st.sampled_from([phrase for phrases in ENGLISH.values() for phrase in phrases]))
def test_every_phrase_is_found_in_a_sentence(phrase: str) -> None:
    name = next(name for name, phrases in ENGLISH.items() if phrase in phrases)
    assert choice_in(f"well, I think it is {phrase}, thank you", ENGLISH)[0] == name


def test_nothing_to_choose_from() -> None:
    assert choice_in("SAP", {}) == ()
    assert choice_in("SAP", {"empty": [], "blank": [""]}) == ()
