"""How far a call had come, from its history. # 000-24"""

from datetime import UTC, datetime, timedelta

import pytest

from ari_app.standing import Standing, standing_of
from ivr.conversation import Digits
from ivr.decision import BackToMenu, EnterQueue, LeaveMessage, RequestCallback, Solved
from ivr.journal import Answered
from ivr.record import heard_as_json
from tickets.events import Event, Json, Kind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUEUED = {"decision": "enter_queue", "group": "helpdesk", "reason": "asked"}


def history(*happened: tuple[Kind, dict[str, Json]]) -> list[Event]:
    """One event a second."""
    return [
        Event(place, NOON + timedelta(seconds=place), kind, "call-1", "100001", data)
        for place, (kind, data) in enumerate(happened)
    ]


def test_a_call_that_had_just_begun() -> None:
    assert standing_of(history((Kind.TICKET_OPENED, {}))) == Standing(journal=())


# D8
def test_the_version_of_the_dialplan_that_the_call_began_with() -> None:
    assert standing_of(history((Kind.TICKET_OPENED, {}), (Kind.DIALPLAN_USED, {"version": "v1"}))).dialplan == "v1"


def test_what_was_answered_is_the_journal() -> None:
    standing = standing_of(history((Kind.HEARD, {"question": "main", "heard": heard_as_json(Digits("1"))})))
    assert standing.journal == (Answered("main", Digits("1")),)
    assert not standing.is_waiting


def test_who_waits_waits_since_he_entered() -> None:
    standing = standing_of(
        history(
            (Kind.DECIDED, QUEUED), (Kind.QUEUE_ENTERED, {"group": "helpdesk"}), (Kind.QUEUE_OFFERED, {"agent": "a"})
        )
    )
    assert standing.decided == EnterQueue("helpdesk", "asked")
    assert standing.waiting_since == NOON + timedelta(seconds=1)
    assert standing.is_waiting


# 000-24
def test_an_offer_that_came_to_nothing_yet_is_known() -> None:
    entered: tuple[tuple[Kind, dict[str, Json]], ...] = ((Kind.DECIDED, QUEUED), (Kind.QUEUE_ENTERED, {}))
    offered: tuple[Kind, dict[str, Json]] = (Kind.QUEUE_OFFERED, {"agent": "agent1"})
    refused: tuple[Kind, dict[str, Json]] = (Kind.QUEUE_REFUSED, {"agent": "agent1", "reason": "no answer"})
    assert standing_of(history(*entered, offered)).offered_to == "agent1"
    assert standing_of(history(*entered, offered, refused)).offered_to is None
    assert standing_of(history(*entered, offered, (Kind.QUEUE_ANSWERED, {"agent": "agent1"}))).offered_to is None


# 000-24 D9
@pytest.mark.parametrize("kind", [Kind.QUEUE_LEFT, Kind.QUEUE_ABANDONED])
def test_who_left_the_queue_does_not_wait(kind: Kind) -> None:
    standing = standing_of(history((Kind.DECIDED, QUEUED), (Kind.QUEUE_ENTERED, {}), (kind, {})))
    assert not standing.is_waiting
    assert standing.decided == EnterQueue("helpdesk", "asked")


def test_who_was_answered_waits_no_more() -> None:
    standing = standing_of(
        history((Kind.DECIDED, QUEUED), (Kind.QUEUE_ENTERED, {}), (Kind.QUEUE_ANSWERED, {"agent": "agent1"}))
    )
    assert standing.agent == "agent1"
    assert not standing.is_waiting


def test_the_last_decision_counts_and_one_of_words_alone_is_come_to_again() -> None:
    message: dict[str, Json] = {"decision": "leave_message", "group": "helpdesk"}
    assert standing_of(history((Kind.DECIDED, QUEUED), (Kind.DECIDED, message))).decided == LeaveMessage("helpdesk")
    assert standing_of(history((Kind.DECIDED, {"decision": "solved", "article": "x"}))).decided is None


def heard(question: str, key: str) -> tuple[Kind, dict[str, Json]]:
    return Kind.HEARD, {"question": question, "heard": heard_as_json(Digits(key))}


ENTERED: tuple[tuple[Kind, dict[str, Json]], ...] = ((Kind.DECIDED, QUEUED), (Kind.QUEUE_ENTERED, {}))


# 001-2
def test_who_waits_has_not_lost_what_he_chose_there() -> None:
    standing = standing_of(history(heard("main", "0"), *ENTERED, heard("waiting", "1")))
    assert (standing.decided, standing.journal) == (
        EnterQueue("helpdesk", "asked"),
        (Answered("waiting", Digits("1")),),
    )


# P-4
def test_who_went_back_to_the_menu_goes_on_there_and_has_his_place() -> None:
    left = (Kind.QUEUE_LEFT, {"reason": "back_to_menu"})
    back = (heard("waiting", "3"), left, (Kind.DECIDED, {"decision": "back_to_menu"}), heard("main", "2"))
    standing = standing_of(history(*ENTERED, *back))
    assert (standing.decided, standing.journal) == (BackToMenu(), (Answered("main", Digits("2")),))
    assert not standing.is_waiting
    again = standing_of(history(*ENTERED, *back, *ENTERED))
    assert again.is_waiting
    assert again.waiting_since == NOON + timedelta(seconds=1)


# 001-2
@pytest.mark.parametrize(
    ("data", "decided"),
    [
        ({"decision": "solved", "article": "x"}, Solved("x")),
        (
            {"decision": "request_callback", "group": "helpdesk", "number": "1001", "priority": 5},
            RequestCallback("helpdesk", "1001"),
        ),
    ],
)
def test_what_was_decided_while_waiting_is_not_talked_about_again(data: dict[str, Json], decided: object) -> None:
    left = (Kind.QUEUE_LEFT, {"reason": str(data["decision"])})
    assert standing_of(history(*ENTERED, left, (Kind.DECIDED, data))).decided == decided
