"""The recording of a call: begun after the spoken notice, by Asterisk, of everything in the call's bridge."""

import asyncio
import contextlib
import shutil
import wave
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriError, Conflict
from ari_app.ari.events import RecordingFailed, RecordingFinished
from ari_app.exchange import Exchange
from ari_app.legs import bridge_id
from ivr.record import TicketRecord

log = structlog.get_logger(__name__)
_WRITTEN_WITHIN_S = 2.0
_HEADER_BYTES = 44
"""Of the WAVE files that Asterisk writes."""


@dataclass(slots=True)
class CallRecorder:
    """Records the bridge of one call; `spool` is where Asterisk writes, `recordings` where it is kept."""

    client: AriClient
    call_id: str
    record: TicketRecord
    spool: Path
    recordings: Path
    _is_started: bool = field(default=False, init=False)
    _muted_for: set[str] = field(default_factory=set, init=False)

    @property
    def is_heard(self) -> bool:
        """The caller was told that he is recorded, and what is said now stands in the recording."""
        return self._is_started and not self._muted_for

    async def start(self) -> None:
        """A call that cannot be recorded goes on without; after a restart the recording just runs on."""
        if self._is_started:
            return
        self._is_started = True
        try:
            await self._record("fail")
        except Conflict:
            log.info("the recording that a controller before us began is running on")
        except AriError as error:
            log.warning("not recorded", error=str(error))

    async def go_on(self) -> None:
        """Asterisk ends a recording when nobody is left in its bridge: it is continued, if there was one."""
        if not await asyncio.to_thread(self._written.exists):
            return
        with contextlib.suppress(AriError):  # it is running
            await self._record("append")
            if self._muted_for:
                await self.client.recordings.mute(recordingName=self.call_id)

    async def mute(self, reason: str) -> None:
        """Silence is recorded until no reason for it is left."""
        was_heard = not self._muted_for
        self._muted_for.add(reason)
        if was_heard:
            # Asterisk counts: what a controller before us has muted would need two words to be heard again.
            with contextlib.suppress(AriError):
                await self.client.recordings.unmute(recordingName=self.call_id)
            with contextlib.suppress(AriError):
                await self.client.recordings.mute(recordingName=self.call_id)

    async def unmute(self, reason: str) -> None:
        was_muted = bool(self._muted_for)
        self._muted_for.discard(reason)
        if was_muted and not self._muted_for:
            with contextlib.suppress(AriError):
                await self.client.recordings.unmute(recordingName=self.call_id)

    async def finish(self) -> None:
        """End the recording, put it in its place and note it on the ticket. What Asterisk wrote goes last: a controller
        that dies in between finds it, and does all of it again."""
        with contextlib.suppress(AriError, TimeoutError):
            await self._stop()
        place = self._place()
        kept = await asyncio.to_thread(_keep, self._written, place)
        if kept is not None:
            await self.record.recorded(place.name, kept, "call")
            await asyncio.to_thread(self._written.unlink, missing_ok=True)

    def _place(self) -> Path:
        """About one ticket there may be several calls."""
        names = chain((self.record.number,), (f"{self.record.number}-{number}" for number in count(2)))
        places = (self.recordings / f"{name}.wav" for name in names)
        return next(place for place in places if not place.exists() or _is_put_there(self._written, place))

    @property
    def _written(self) -> Path:
        return self.spool / f"{self.call_id}.wav"

    async def _record(self, if_exists: str) -> None:
        await self.client.bridges.record(
            bridgeId=bridge_id(self.call_id), name=self.call_id, format="wav", ifExists=if_exists
        )

    async def _stop(self) -> None:
        """Returns when Asterisk has closed the file: it stops at once, but writes its length into it at the end."""
        with self.client.follow(self.call_id) as events:
            await self.client.recordings.stop(recordingName=self.call_id)
            async with asyncio.timeout(_WRITTEN_WITHIN_S):
                async for event in events:
                    if isinstance(event, RecordingFinished | RecordingFailed):
                        return


def call_recorder(exchange: Exchange, call_id: str, record: TicketRecord) -> CallRecorder:
    settings = exchange.settings
    spool = settings.asterisk_dir / "spool" / "recording"
    return CallRecorder(exchange.client, call_id, record, spool, settings.tickets.recordings)


def _keep(written: Path, place: Path) -> float | None:
    """Puts a finished recording in its place too; its length in seconds, or None when there is none."""
    try:
        if not _mend(written):
            return None
        with wave.open(str(written)) as recording:
            seconds: float = recording.getnframes() / recording.getframerate()
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            _put(written, place)
    except (OSError, EOFError, wave.Error) as error:
        if written.exists():
            log.error("recording not kept", file=str(written), error=str(error))
        return None
    return seconds


def _put(written: Path, place: Path) -> None:
    try:
        place.hardlink_to(written)
    except OSError:  # another file system
        shutil.copy2(written, place)


def _is_put_there(written: Path, place: Path) -> bool:
    return written.exists() and place.samefile(written)


def _mend(written: Path) -> bool:
    """Whether there is sound in it. Asterisk notes the length when it closes the file: one that died did not."""
    size = written.stat().st_size
    if size <= _HEADER_BYTES:
        written.unlink()
        return False
    with written.open("r+b") as file:
        for place, length in ((4, size - 8), (_HEADER_BYTES - 4, size - _HEADER_BYTES)):
            file.seek(place)
            file.write(length.to_bytes(4, "little"))
    return True
