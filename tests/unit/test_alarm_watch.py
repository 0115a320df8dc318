"""Alarms on their way: real servers get the messages, the event log is told, and a restart tells nothing twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from servers import Gateway, MailServer, mail_server, sms_gateway

from ari_app.alarms.watch import AlarmWatch, Floor
from dialplan.monitor import MonitorFile
from tickets.events import Kind
from tickets.notify import Notifier
from tickets.settings import NotifySettings, TicketsSettings
from tickets.store import Store, open_store

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with sms_gateway() as server:
        yield server


class Watched:
    """A watch whose clock and whose measure the test turns."""

    def __init__(self, store: Store, file: Path, mail: MailServer, gateway: Gateway) -> None:
        self.now = START
        self.value: float | None = 60.0
        self.store = store
        self.file = file
        self.rules = MonitorFile.model_validate(
            {
                "receivers": {
                    "anna": {"email": "anna@example.org", "language": "zh"},
                    "desk": {"webhook": f"{gateway.url}/hook"},
                    "gone": {"webhook": "http://127.0.0.1:9/nobody"},
                },
                "alarms": {
                    "low": {
                        "name": {"en": "Callers do not get through", "zh": "接通率过低"},
                        "text": {"en": "{value} % of {groups}", "zh": "{groups} 只有 {value} %"},
                        "measure": "access_rate",
                        "limit": 75,
                        "for_s": 0,
                        "to": {"anna": {}, "desk": {"limit": 60}, "gone": {}},
                    }
                },
            }
        )
        self._notify = NotifySettings(
            smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", email_sender="hotline@example.org"
        )

    def start(self) -> AlarmWatch:
        groups = {"en": "all groups", "zh": "所有组"}
        floor = Floor(lambda: self.rules, lambda _: self.value, lambda _, language: groups[language], lambda: "en")
        return AlarmWatch(floor, self.store.events, Notifier(self._notify, "DE"), ZoneInfo("UTC"), lambda: self.now)

    def lose_database(self) -> None:
        self.store.close()
        self.file.unlink()
        self.file.mkdir()

    def told(self) -> list[tuple[str, bool, list[str], list[str]]]:
        events = self.store.events.since(None, (Kind.ALARM_TOLD,))
        return [tuple(event.data[key] for key in ("receiver", "is_over", "sent", "failed")) for event in events]  # type: ignore[misc]


@pytest.fixture
def watched(store: Store, tmp_path: Path, mail: MailServer, gateway: Gateway) -> Watched:
    return Watched(store, tmp_path / "tickets.db", mail, gateway)


async def test_each_is_told_in_his_way_and_language(watched: Watched, mail: MailServer, gateway: Gateway) -> None:
    # 002-9 002-13
    watch = watched.start()
    await watch.look()
    (message,) = mail.messages
    assert message.get_content().strip() == "告警 – 接通率过低：所有组 只有 60 %"
    assert [body.startswith(b'{"text":"Alarm') for _, _, _, body in gateway.requests] == [True]
    assert watched.told() == [
        ("", False, [], []),
        ("anna", False, ["email"], []),
        ("desk", False, ["webhook"], []),
        ("gone", False, [], ["webhook"]),
    ]
    assert watch.standing == ("low",)


async def test_when_it_is_over_who_knew_of_it_is_told(watched: Watched, mail: MailServer, gateway: Gateway) -> None:
    watch = watched.start()
    watched.value = 70.0
    await watch.look()
    watched.value, watched.now = 90.0, START + timedelta(minutes=1)
    await watch.look()
    assert [message.get_content().strip()[:3] for message in mail.messages] == ["告警 ", "已解除"]
    assert gateway.requests == []  # his limit was never reached
    assert watch.standing == ()


async def test_a_restart_tells_nothing_twice(watched: Watched, mail: MailServer) -> None:
    await watched.start().look()
    watched.now = START + timedelta(minutes=5)
    again = watched.start()
    await again.look()
    assert len(mail.messages) == 1
    assert again.standing == ("low",)
    watched.now = START + timedelta(minutes=31)
    await again.look()
    assert len(mail.messages) == 2


async def test_a_database_that_is_away_sends_nobody_the_same_again(watched: Watched, mail: MailServer) -> None:
    watch = watched.start()
    watched.value = 90.0
    await watch.look()
    watched.lose_database()
    watched.value = 60.0
    for _ in range(3):
        await watch.look()
    assert len(mail.messages) == 1
