"""What the desk shows, without a browser: the address of another system's page, how a talk stands."""

from datetime import UTC, datetime

import pytest

from ari_app.pop_url import pop_url
from ari_app.settings import SettingsError, load_settings
from ari_app.web.desk.talk_shown import TalkShown, talk_shown
from tickets.events import Event, Json, Kind

AT = datetime(2026, 11, 22, tzinfo=UTC)


def happened(*told: tuple[Kind, dict[str, Json]]) -> TalkShown:
    return talk_shown(Event(number, AT, kind, "call", "100001", data) for number, (kind, data) in enumerate(told))


ASKED = (Kind.CONSULTED, {"agent": "agent1", "to": "agent2"})


def test_values_are_escaped_for_an_address() -> None:  # P-6
    template = "https://crm.example/{person.employee_number}?call={call_id}&name={person.name}"
    values = {"person.employee_number": "../1", "call_id": "1795.7", "person.name": "Ann & Bob"}
    assert pop_url(template, values) == "https://crm.example/..%2F1?call=1795.7&name=Ann%20%26%20Bob"
    assert pop_url(template, {}) == "https://crm.example/?call=&name="


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("https://crm/{person.pin}", "person.pin"),
        ("javascript:alert({call_id})", "https://"),
        ("crm/{ticket}", "https"),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_the_start(template: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        load_settings({"HOTLINE_WEB__POP_URL": template})


def test_who_was_asked_is_shown_to_both() -> None:
    talk = happened(ASKED)
    assert (talk.beside("agent1"), talk.beside("agent2"), talk.is_conference) == ("agent2", "agent1", False)
    assert happened(ASKED, (Kind.CONFERENCE_JOINED, ASKED[1])).is_conference


@pytest.mark.parametrize(
    "end",
    [
        (Kind.TALK_LEFT, {"party": "agent2", "reason": "hung_up"}),
        (Kind.TRANSFERRED, {"from": "agent1", "to": "agent2", "warm": True}),
        (Kind.CALL_FINISHED, {"cause": 16}),
    ],
)
def test_afterwards_nobody_is_beside_him(end: tuple[Kind, dict[str, Json]]) -> None:
    assert happened(ASKED, end).beside("agent1") is None


def test_a_paused_recording_stays_so_while_people_come_and_go() -> None:
    paused = (Kind.RECORDING_PAUSED, {"agent": "agent1"})
    assert happened(paused, ASKED, (Kind.TALK_LEFT, {"party": "agent2", "reason": "x"})).is_recording_paused
    assert not happened(paused, (Kind.RECORDING_RESUMED, {"agent": "agent1"})).is_recording_paused
