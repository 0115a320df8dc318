"""Whole calls by sound: recorded voices, real endpointing, recognizer and knowledge; no clock. # 000-1, 000-6"""

import asyncio
from pathlib import Path

from desk import CALL, Desk
from telephone import ToneSpeaker, silence

from dialplan.loader import load_dialplan
from ivr.decision import Decision, EnterQueue, Solved
from ivr.flow import take_call
from ivr.library import SpokenLibrary, fit_open_question, vocabulary
from ivr.speech import audio
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer
from ivr.speech.engines.loading import EngineSpec
from ivr.speech.hearing import Hearing
from ivr.speech.recorded_line import RecordedLine
from ivr.speech.settings import SpeechSettings
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.workers import RecognizerPool
from ivr.words import Command, Words
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

CLIPS = Path(__file__).parent / "clips" / "en-clips"
THINKING = silence(2000)


def clip(name: str) -> bytes:
    return audio.to_telephone(audio.read_recording(CLIPS / f"{name}.wav"))


async def test_calls_by_sound() -> None:
    dialplan, library = load_dialplan(), load_library(KnowledgeSettings().articles)
    matcher = await asyncio.to_thread(fit_open_question, dialplan, library, KnowledgeSettings())
    words = Words(dialplan, "en")
    settings = SpeechSettings(workers=1, max_wait_s=30, max_decode_s=30)
    known = compose_vocabulary("en", vocabulary(dialplan, library, "en"))
    spec = EngineSpec("whisper-tiny", "en", known, str(settings.cache))

    async with RecognizerPool([spec], settings) as recognizer:

        async def call(*parts: bytes | str) -> tuple[Decision, ToneSpeaker, RecordedLine]:
            line, speaker = RecordedLine(*parts), ToneSpeaker(ms=400)
            talk = AudioConversation(
                line,
                speaker,
                Hearing(recognizer, Endpointer(), "en"),
                lambda text, language: words.says_nothing(text),
                lambda heard, language: words.command(heard) is Command.OPERATOR,
            )
            desk = Desk(dialplan, matcher, SpokenLibrary(library))
            try:
                return await take_call(CALL, talk, desk), speaker, line
            finally:
                await talk.close()

        decision, speaker, line = await call(THINKING, clip("003"), THINKING, THINKING, "1")
        assert decision == Solved("account-locked")
        assert speaker.heard_ms(line, "article.answer") == 400
        assert speaker.heard_ms(line, "solved") == 400

        decision, speaker, line = await call(silence(500), clip("001"), THINKING, THINKING, "1")
        assert decision == Solved("vpn-does-not-connect")

        decision, _, _ = await call(THINKING, clip("000"), THINKING, THINKING, "2", THINKING, "0")
        assert decision == EnterQueue("helpdesk", "asked")
