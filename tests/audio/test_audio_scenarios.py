"""Scenarios by sound: recorded voices, real endpointing, recognizer and knowledge; no clock. # 000-1, 000-6, D1"""

import asyncio

from ari_app.settings import load_settings
from dialplan.loader import SHIPPED, load_dialplan
from ivr.library import SpokenLibrary
from ivr.open_question import fit_open_question
from ivr.rungs.audio import audio_rung
from ivr.rungs.parity import Pair, Parity
from ivr.rungs.running import run_all
from ivr.rungs.text import TextRung
from ivr.scenario import load_scenarios
from ivr.simulator import Simulator
from ivr.speech.workers import worker_count
from knowledge.library import load_library

NAMES = {
    "a forgotten password is solved",
    "the second article helps",
    "the caller interrupts the article and says that it helps",
    "a person, said into the greeting",
    "coughs into the answer, which goes on",
    "from an open-plan office",
    "hangs up in the middle of the list of keys",
    "not because of the outage",
    "a known caller is greeted by name",
    "打印机打印不出来，没有解决，转人工",
}


async def test_scenarios_come_to_the_same_by_sound_as_in_text() -> None:
    settings = load_settings()
    dialplan, library = load_dialplan(), load_library(settings.knowledge.articles)
    matcher = await asyncio.to_thread(fit_open_question, dialplan, library, settings.knowledge)
    simulator = Simulator(dialplan, matcher, SpokenLibrary(library))
    scenarios = [one for one in load_scenarios((SHIPPED / "scenarios",)) if one.script.name in NAMES]
    assert len(scenarios) == len(NAMES)

    text = await run_all(TextRung(simulator), scenarios, {}, 1, lambda _: None)
    asked = {result.scenario: result.asked for result in text}
    async with audio_rung(simulator, library, settings.speech, settings.endpointing, settings.synthesis) as rung:
        sound = await run_all(rung, scenarios, asked, worker_count(settings.speech), lambda _: None)
        assert rung.mouth.espeak == set()

    different = [Pair(low, up, up) for low, up in zip(text, sound, strict=True) if low.verdict != up.verdict]
    assert different == [], "\n".join(Parity("audio", "text", different).told())
    # Whoever coughs into an answer hears all of it, and whoever speaks into it does not.
    heard = {result.scenario.script.name: result.prompts for result in sound}
    assert "article.helped" in heard["coughs into the answer, which goes on"]
    assert "article.helped" not in heard["the caller interrupts the article and says that it helps"]
