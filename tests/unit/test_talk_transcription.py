"""A talk written down while it goes on: by whom, when, and when not. # P-7, 002-4"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fake_asterisk import NOW, FakeAsterisk

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriUnavailable
from ari_app.recording import CallRecorder
from ari_app.talk.transcription import Transcribers, Transcription
from ivr.conversation import Hypothesis
from ivr.record import TicketRecord
from ivr.speech import audio
from ivr.speech.endpointing import EndpointingSettings
from ivr.speech.line import FRAME_BYTES, SILENT_FRAME, AudioLine, Digit, Frame, LineClosed
from ivr.speech.recognizer import RecognizerDown
from tickets.events import Kind
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

CLIP = audio.to_telephone(audio.read_recording(Path(__file__).parents[1] / "audio/clips/en-clips/003.wav"))
SILENCE = SILENT_FRAME * 60
CALLER, AGENT, OTHER = "call-1", "agent:anna:call-1:1", "agent:ben:call-1:2"


class Voice:
    """`AudioLine` of what a test says into a channel."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def says(self, sound: bytes) -> None:
        for start in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
            self._frames.put_nowait(sound[start : start + FRAME_BYTES])

    def hang_up(self) -> None:
        self._frames.put_nowait(None)

    async def listened(self) -> None:
        """Returns when all of it was heard."""
        async with asyncio.timeout(10):
            while not self._frames.empty():  # noqa: ASYNC110 (the reader is not ours)
                await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def receive(self) -> Frame | Digit:
        frame = await self._frames.get()
        if frame is None:
            raise LineClosed("gone")
        return Frame(frame)

    async def play(self, sound: bytes) -> None:
        raise AssertionError("nothing is said to those who talk")

    async def flush(self) -> None:
        raise AssertionError("nothing is said to those who talk")


class Understands:
    """`Overhearing` that understands each utterance as `text`; `held` it only begins when told."""

    def __init__(self) -> None:
        self.text = "my mailbox is full"
        self.goes = asyncio.Event()
        self.goes.set()
        self.heard: list[tuple[int, str]] = []
        self.is_broken = False

    async def overhear(self, sound: bytes, language: str) -> tuple[Hypothesis, ...]:
        await self.goes.wait()
        self.heard.append((len(sound), language))
        if self.is_broken:
            raise RecognizerDown("broken")
        return (Hypothesis(self.text, 0.8), Hypothesis("my mail box", 0.1)) if self.text else ()


class Scene:
    def __init__(self, store: Store, folder: Path, at_once: int = 1) -> None:
        self.store = store
        self.asterisk = FakeAsterisk()
        self.voices: dict[str, Voice] = {}
        self.open: set[str] = set()
        self.away: set[str] = set()
        self.understands = Understands()
        self.time = NOW
        ticket = store.tickets.open_for_call(CALLER, "sip", "1001", "5000", "en", NOW)
        self.record = TicketRecord(store, ticket.number, self.now, "en")
        self.recorder = CallRecorder(self.asterisk.client, CALLER, self.record, folder, folder)
        self.transcribers = Transcribers(
            self.asterisk.client, self.understands, EndpointingSettings(), at_once, self.now, self.listen
        )

    def now(self) -> datetime:
        self.time += timedelta(milliseconds=10)
        return self.time

    @asynccontextmanager
    async def listen(self, client: AriClient, call_id: str, channel_id: str) -> AsyncIterator[AudioLine]:
        assert call_id == CALLER
        if channel_id in self.away:
            raise AriUnavailable("hung up")
        voice = self.voices[channel_id] = Voice()
        self.open.add(channel_id)
        try:
            yield voice
        finally:
            self.open.discard(channel_id)

    @asynccontextmanager
    async def talk(self) -> AsyncIterator[Transcription]:
        """The caller and anna, both of whom are heard."""
        await self.recorder.start()
        async with self.transcribers.transcribing(self.record, self.recorder, "en") as transcription:
            assert transcription is not None
            transcription.hear_agent(AGENT)
            await self.until(lambda: self.open == {CALLER, AGENT})
            yield transcription

    def said(self) -> list[tuple[str, str, float | None]]:
        turns = self.store.tickets.transcript(self.record.number)
        return [(turn.who, turn.text, turn.confidence) for turn in turns]

    async def until(self, is_true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not is_true():  # noqa: ASYNC110 (several tasks, none of them ours)
                await asyncio.sleep(0.005)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path}/hotline.db"))
    yield store
    store.close()


@pytest.fixture
async def scene(store: Store, tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene(store, tmp_path)
    yield scene
    await scene.transcribers.close()
    assert scene.open == set()


async def test_each_is_written_down_as_himself_as_soon_as_he_has_said_something(scene: Scene) -> None:
    async with scene.talk():
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())
        scene.understands.text = "i will look into it"
        scene.voices[AGENT].says(CLIP + SILENCE)
        await scene.until(lambda: len(scene.said()) == 2)
    assert scene.said() == [("caller", "my mailbox is full", 0.8), ("agent", "i will look into it", 0.8)]
    assert {language for _, language in scene.understands.heard} == {"en"}
    told = [event.data for event in scene.store.events.of_ticket(scene.record.number) if event.kind == Kind.SAID]
    assert [one["who"] for one in told] == ["caller", "agent"]
    assert scene.store.tickets.get(scene.record.number).subject == "My mailbox is full"


async def test_it_stands_where_it_was_said_not_where_it_was_understood(scene: Scene) -> None:
    async with scene.talk():
        scene.understands.goes.clear()
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.voices[CALLER].listened()
        at = scene.time
        scene.time += timedelta(minutes=1)
        scene.understands.goes.set()
        await scene.until(lambda: scene.said())
    (turn,) = scene.store.tickets.transcript(scene.record.number)
    assert timedelta(seconds=1) < at - turn.at < timedelta(seconds=8)


# 004-14
async def test_what_is_secret_is_masked_as_everywhere(scene: Scene) -> None:
    async with scene.talk():
        scene.understands.text = "my password is sunflower"
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())
    assert scene.said()[0][1] == "my password is [hidden]"
    assert "sunflower" not in str([event.data for event in scene.store.events.of_ticket(scene.record.number)])


@pytest.mark.parametrize("reason", ["secret", "hold", "policy"])
async def test_what_is_not_recorded_is_not_even_listened_to(scene: Scene, reason: str) -> None:
    async with scene.talk():
        scene.voices[CALLER].says(CLIP[: len(CLIP) // 2])  # in the midst of a sentence
        await scene.voices[CALLER].listened()
        await scene.recorder.mute(reason)
        for voice in scene.voices.values():
            voice.says(CLIP + SILENCE)
            await voice.listened()
        assert scene.understands.heard == []
        await scene.recorder.unmute(reason)
        scene.voices[AGENT].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())
    assert [who for who, *_ in scene.said()] == ["agent"]


async def test_the_last_words_come_too_although_all_have_hung_up(scene: Scene) -> None:
    async with scene.talk():
        scene.understands.goes.clear()
        scene.voices[CALLER].says(CLIP)  # and hangs up: no silence follows
        await scene.voices[CALLER].listened()
    assert (scene.open, scene.said()) == (set(), [])
    scene.understands.goes.set()
    await scene.until(lambda: scene.said())
    assert scene.said()[0][0] == "caller"


async def test_a_long_speech_is_cut_where_a_caller_in_a_menu_would_wait_too_long(scene: Scene) -> None:
    async with scene.talk():
        scene.voices[AGENT].says(CLIP * 8 + SILENCE)
        await scene.until(lambda: len(scene.said()) > 1)
    assert max(length for length, _ in scene.understands.heard) <= 6 * 8000


async def test_who_comes_and_who_leaves(scene: Scene) -> None:
    async with scene.talk() as transcription:
        transcription.hear_agent(OTHER)
        await scene.until(lambda: scene.open == {CALLER, AGENT, OTHER})
        transcription.stop(AGENT)
        await scene.until(lambda: scene.open == {CALLER, OTHER})
        scene.voices[OTHER].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())
    assert [who for who, *_ in scene.said()] == ["agent"]


async def test_one_who_cannot_be_listened_to_does_not_disturb_the_others(scene: Scene) -> None:
    scene.away.add(OTHER)
    async with scene.talk() as transcription:
        transcription.hear_agent(OTHER)
        scene.voices[AGENT].hang_up()
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())


async def test_what_is_not_understood_is_left_out(scene: Scene) -> None:
    async with scene.talk():
        scene.understands.is_broken = True
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: len(scene.understands.heard) == 1)
        scene.understands.is_broken, scene.understands.text = False, ""
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: len(scene.understands.heard) == 2)
        scene.understands.text = "hello"
        scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.until(lambda: scene.said())
    assert [text for _, text, _ in scene.said()] == ["hello"]


async def test_only_so_many_wait_to_be_understood(scene: Scene) -> None:
    async with scene.talk():
        scene.understands.goes.clear()
        for _ in range(9):
            scene.voices[CALLER].says(CLIP + SILENCE)
        await scene.voices[CALLER].listened()
        scene.understands.goes.set()
        await scene.until(lambda: len(scene.said()) >= 4)
    assert len(scene.understands.heard) <= 5


async def test_a_talk_too_many_is_not_written_down_and_its_ticket_says_so(scene: Scene) -> None:
    async with scene.talk(), scene.transcribers.transcribing(scene.record, scene.recorder, "en") as second:
        assert second is None
    (told,) = [e for e in scene.store.events.of_ticket(scene.record.number) if e.kind == Kind.NOT_TRANSCRIBED]
    assert told.data == {"reason": "capacity"}
    async with scene.talk():  # the place is free again
        pass


async def test_a_caller_who_was_not_told_is_not_listened_to(scene: Scene) -> None:
    async with scene.transcribers.transcribing(scene.record, scene.recorder, "en") as transcription:
        assert transcription is None
    assert scene.store.events.of_ticket(scene.record.number)[1:] == []


async def test_a_group_that_does_not_want_it_has_none(scene: Scene) -> None:
    await scene.recorder.start()
    async with scene.transcribers.transcribing(scene.record, scene.recorder, None) as transcription:
        assert transcription is None
