"""The rules of a declaration."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.outage import (
    LONGEST_NOTICE_S,
    Declaration,
    Scope,
    declaration,
    end_at,
    faults,
    spoken_seconds,
    tidy_texts,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SCOPE = Scope(("en", "zh"), {"vpn": "VPN", "outlook": "Outlook"}, {"berlin": "Berlin", "munich": "Munich"})
TEXTS = {"en": "The V P N is down. We are working on it.", "zh": "VPN 出现故障，我们正在处理。"}


def declared(
    title: str = "VPN down", systems: str = "vpn", sites: str = "berlin", texts: dict[str, str] = TEXTS,
    expected_end: datetime | None = None,
) -> Declaration:  # fmt: skip
    return declaration(title, frozenset(systems.split()), frozenset(sites.split()), texts, expected_end)


def told(one: Declaration, scope: Scope = SCOPE) -> list[tuple[str, str]]:
    return [(fault.part, fault.message) for fault in faults(one, scope, NOW)]


@pytest.mark.parametrize("one", [declared(), declared(systems="", sites=""), declared(expected_end=NOW + timedelta(1))])
def test_what_can_be_heard_is_accepted(one: Declaration) -> None:  # 001-13
    assert told(one) == []


@pytest.mark.parametrize(
    ("one", "part", "message"),
    [
        (declared(title=" "), "title", "a title is needed"),
        (declared(title="x" * 81), "title", "longer than 80"),
        (declared(systems="vpm"), "systems", "did you mean 'vpn'?"),
        (declared(systems="mainframe"), "systems", "it knows vpn, outlook"),
        (declared(sites="berlim"), "sites", "did you mean 'berlin'?"),
        (declared(texts={"en": TEXTS["en"]}), "texts", "a text in language 'zh' is missing"),
        (declared(texts={**TEXTS, "zh": " \n"}), "texts", "a text in language 'zh' is missing"),
        (declared(texts={**TEXTS, "ja": "故障"}), "texts", "does not speak language 'ja'"),
        (declared(texts={**TEXTS, "en": "12 34 56"}), "texts", "has no words"),
        (declared(texts={**TEXTS, "en": "down " * 70}), "texts", "seconds to say; at most 20"),
        (declared(texts={**TEXTS, "zh": "网络故障" * 25}), "texts", "seconds to say; at most 20"),
        (declared(expected_end=NOW), "expected_end", "in the past"),
    ],
)
def test_what_is_wrong_is_said(one: Declaration, part: str, message: str) -> None:  # 001-13
    ((wrong, why),) = told(one)
    assert wrong == part
    assert message in why


def test_all_that_is_wrong_is_said_at_once() -> None:
    one = declared("", "vpm", "berlim", {}, NOW - timedelta(minutes=1))
    assert [part for part, _ in told(one)] == ["title", "systems", "sites", "texts", "texts", "expected_end"]


def test_a_dialplan_without_systems_says_so() -> None:
    assert told(declared(), Scope(("en", "zh"), {}, {"berlin": ""})) == [
        ("systems", "no system 'vpn' in the dialplan, which names none")
    ]


def test_texts_become_one_line_of_visible_characters() -> None:
    assert tidy_texts({"en": " The mail\n is\x00 down.\u200b ", "zh": "\t"}) == {"en": "The mail is down."}


@given(st.text(max_size=400), st.text(max_size=400))
def test_more_text_takes_longer(text: str, more: str) -> None:
    assert 0 <= spoken_seconds(text) <= spoken_seconds(text + more)


def test_speaking_time_is_near_the_recordings() -> None:
    """The first is `queue.nobody` (10.2 s in the natural voice)."""
    nobody = (
        "I am sorry, nobody is at the desk at the moment. Please leave a message after the tone, with your name and "
        "what is wrong. When you have finished, hang up, or press the hash key."
    )
    assert spoken_seconds(nobody) == pytest.approx(10.2, rel=0.2)
    assert spoken_seconds("我们正在处理，请不要挂机。") < LONGEST_NOTICE_S / 4


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("14:30", "2026-11-22T13:30+00:00"),
        ("9:05", "2026-11-23T08:05+00:00"),
        ("13:00", "2026-11-23T12:00+00:00"),
        ("2026-11-24T14:30", "2026-11-24T13:30+00:00"),
        ("2026-11-24 14:30", "2026-11-24T13:30+00:00"),
        ("2026-07-01T14:30", "2026-07-01T12:30+00:00"),
        ("2026-11-24T14:30+08:00", "2026-11-24T06:30+00:00"),
    ],
)
def test_the_expected_end_is_written_as_people_write_it(text: str, meant: str) -> None:
    assert end_at(text, NOW, BERLIN) == datetime.fromisoformat(meant)
    assert end_at(text, NOW, BERLIN).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "soon", "25:00", "12:60", "2026-13-01T10:00", "14.30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the message is the standard library's)
        end_at(text, NOW, BERLIN)
