"""The audit log: who did what. # P-12"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.audit import AUDITED, OF_CALLS, OF_THE_LINE, Subject, who_did
from tickets.events import Kind
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store
from tickets.store.audit import AuditFilter
from tickets.viewer.words import LANGUAGES, load_words

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db"))
    yield opened
    opened.close()


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_of_every_kind_it_is_decided_whether_it_belongs_here() -> None:
    decided = [*AUDITED, *OF_CALLS, *OF_THE_LINE]
    assert sorted(decided) == sorted(Kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_it_has_its_words(language: str) -> None:
    words = load_words(language)
    lacking = [kind for kind in AUDITED if kind != Kind.USER_CHANGED and f"audit.{kind}" not in words]
    assert lacking == []
    assert [about for about in Subject if f"audit.about.{about}" not in words] == []


def test_who_did_what_newest_first(store: Store) -> None:
    store.accounts.add("maria", Role.AGENT, at(0), "admin")
    store.events.append(Kind.GROUP_SWITCHED, at(1), data={"group": "first", "to": "closed", "by": "tom"})
    store.events.append(Kind.RECORDING_PLAYED, at(2), data={"user": "maria", "recording": 7})
    store.events.append(Kind.ALARM_TOLD, at(3), data={"alarm": "longest_wait"})
    told = [(event.kind, who_did(event)) for event in store.audit.page(AuditFilter(), 10)]
    assert told == [("recording_played", "maria"), ("group_switched", "tom"), ("user_changed", "admin")]
    assert [event.kind for event in store.audit.page(AuditFilter(who="maria"), 10)] == ["recording_played"]
    assert [event.kind for event in store.audit.page(AuditFilter(about=Subject.USERS), 10)] == ["user_changed"]
    assert [event.kind for event in store.audit.page(AuditFilter(since=at(1), until=at(2)), 10)] == ["group_switched"]


def test_what_came_about_of_itself_is_left_out(store: Store) -> None:
    store.events.append(Kind.AGENT_CHANGED, at(0), data={"agent": "agent1", "state": "ringing", "by": None})
    store.events.append(Kind.AGENT_CHANGED, at(1), data={"agent": "agent1", "state": "paused", "by": "tom"})
    assert [who_did(event) for event in store.audit.page(AuditFilter(), 10)] == ["tom"]


def test_a_login_under_a_name_that_there_is_not_is_told(store: Store) -> None:
    store.accounts.log_in("nobody", "guessed", at(0))
    assert [who_did(event) for event in store.audit.page(AuditFilter(), 10)] == [None]


def test_all_of_a_long_log(store: Store) -> None:
    for number in range(1203):
        store.events.append(Kind.NOTED, at(number), data={"by": "maria", "number": number})
    found = [event.data["number"] for event in store.audit.all(AuditFilter())]
    assert found == list(range(1202, -1, -1))
    page = store.audit.page(AuditFilter(), 50)
    assert [event.data["number"] for event in store.audit.page(AuditFilter(before=page[-1].id), 1)] == [1152]
