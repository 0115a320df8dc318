"""What becomes of a call's recording when its controller dies while it puts it away. # 001-16, 000-24"""

import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ari_app.ari.errors import AriUnavailable
from ari_app.recording import CallRecorder
from ivr.record import TicketRecord
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALL = "hotline-1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path / "recordings"))
    yield store
    store.close()


def _away(*_: Any) -> Any:
    raise AriUnavailable("nobody there")


def _recorder(folder: Path, record: TicketRecord) -> CallRecorder:
    """Asterisk has closed the file and does not answer."""
    return CallRecorder(cast(Any, SimpleNamespace(follow=_away)), CALL, record, folder / "spool", folder / "recordings")


def _speak(folder: Path, seconds: int) -> Path:
    written = folder / "spool" / f"{CALL}.wav"
    written.parent.mkdir(exist_ok=True)
    with wave.open(str(written), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\1\0" * 8000 * seconds)
    return written


async def test_who_dies_before_the_ticket_knows_of_it_has_lost_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = store.tickets.open_for_call(CALL, "sip", "+4930", "5000", "en", NOON)
    record = TicketRecord(store, ticket.number, lambda: NOON, "en")
    written = _speak(tmp_path, 2)
    with monkeypatch.context() as patched:
        patched.setattr(TicketRecord, "recorded", _away)
        with pytest.raises(AriUnavailable):
            await _recorder(tmp_path, record).finish()
    assert written.exists()
    await _recorder(tmp_path, record).finish()
    assert not written.exists()
    (recording,) = store.tickets.get(ticket.number).recordings
    assert (recording.path, recording.seconds) == (f"{ticket.number}.wav", 2.0)
    assert [file.name for file in (tmp_path / "recordings").iterdir()] == [recording.path]


async def test_a_second_call_about_the_ticket_has_a_recording_of_its_own(store: Store, tmp_path: Path) -> None:
    ticket = store.tickets.open_for_call(CALL, "sip", "+4930", "5000", "en", NOON)
    recorder = _recorder(tmp_path, TicketRecord(store, ticket.number, lambda: NOON, "en"))
    for seconds in (1, 2):
        _speak(tmp_path, seconds)
        await recorder.finish()
    found = {one.path: one.seconds for one in store.tickets.get(ticket.number).recordings}
    assert found == {f"{ticket.number}.wav": 1.0, f"{ticket.number}-2.wav": 2.0}
