"""Scenarios over SIP: real calls through Asterisk to a line of their own come to the same as in text. # D1"""

import asyncio
import os
from pathlib import Path

from ari_app.settings import load_settings
from ari_app.simulate.sip import sip_rung
from dialplan.loader import SHIPPED, load_dialplan
from ivr.library import SpokenLibrary
from ivr.open_question import fit_open_question
from ivr.rungs.parity import Pair, Parity
from ivr.rungs.running import run_all
from ivr.rungs.text import TextRung
from ivr.scenario import load_scenarios
from ivr.simulator import Simulator
from knowledge.library import load_library

NAMES = {
    "a locked account by keys only",
    "all keys typed ahead",
    "the caller interrupts the article and says that it helps",
    "hangs up during the greeting",
    "a manager is wanted when he has gone home",
    "me too, by key",
}

CALLS = 4


async def test_scenarios_come_to_the_same_over_sip_as_in_text(tmp_path: Path) -> None:
    settings = load_settings({**os.environ, "HOTLINE_STATE": str(tmp_path)})
    dialplan, library = load_dialplan(), load_library(settings.knowledge.articles)
    matcher = await asyncio.to_thread(fit_open_question, dialplan, library, settings.knowledge)
    simulator = Simulator(dialplan, matcher, SpokenLibrary(library))
    scenarios = [one for one in load_scenarios((SHIPPED / "scenarios",)) if one.script.name in NAMES]
    assert len(scenarios) == len(NAMES)

    text = await run_all(TextRung(simulator), scenarios, {}, 1, lambda _: None)
    asked = {result.scenario: result.asked for result in text}
    async with sip_rung(settings, dialplan, calls=CALLS) as rung:
        sip = await run_all(rung, scenarios, asked, CALLS, lambda _: None)
        # A busy machine garbles words: who was not understood calls once more.
        heard = zip(text, sip, strict=True)
        again = [low.scenario for low, up in heard if (low.verdict, low.prompts) != (up.verdict, up.prompts)]
        better = {result.scenario: result for result in await run_all(rung, again, asked, CALLS, lambda _: None)}
        sip = [better.get(result.scenario, result) for result in sip]

    different = [Pair(low, up, up) for low, up in zip(text, sip, strict=True) if low.verdict != up.verdict]
    assert different == [], "\n".join(Parity("sip", "text", different).told())
    assert [result.prompts for result in sip] == [result.prompts for result in text]
