"""The scenarios that come with the dialplan, in text, on the real knowledge and tickets. # 000-1, 000-16, 003-4"""

import itertools
from datetime import timedelta

import pytest

from dialplan.loader import SHIPPED
from ivr.rungs.mouth import spoken_turns
from ivr.rungs.text import TextRung, call_of
from ivr.rungs.world import throwaway_store
from ivr.scenario import Scenario, load_scenarios
from ivr.scripted import ScriptedCaller, ScriptedConversation
from ivr.simulator import Simulator
from ivr.speech.callers import plain
from ivr.speech.sounds import Recordings
from ivr.speech.synthesis.settings import SynthesisSettings

SCENARIOS = load_scenarios((SHIPPED / "scenarios",))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.script.name)
async def test_scenario(scenario: Scenario, simulator: Simulator) -> None:
    result = await TextRung(simulator).run(scenario)
    assert result.why is None, f"{result.why}; heard: {', '.join(result.prompts)}"


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [scenario.script.name for scenario in SCENARIOS]
    assert len(names) >= 100
    assert len(set(names)) == len(names)


def test_there_are_callers_of_every_kind_in_both_languages() -> None:
    scripts = [scenario.script for scenario in SCENARIOS]
    turns = [turn for script in scripts for turn in script.turns]
    assert sum(script.language == "zh" for script in scripts) >= 20
    assert all(any(getattr(turn, act) for turn in turns) for act in ("mumbles", "silence", "noise", "hangs_up", "keys"))
    assert any(script.noise_db for script in scripts)
    assert any(turn.hangs_up and turn.during for turn in turns)


def test_every_sentence_was_recorded() -> None:
    recordings = Recordings(SynthesisSettings().sounds / "callers")
    for script in (scenario.script for scenario in SCENARIOS):
        for turn in spoken_turns(script):
            language = turn.language or script.language or "en"
            assert turn.words is not None
            assert recordings.find(language, plain(turn.words)), f"{turn.words} ({language}) — add it to phrases"


async def test_the_ticket_tells_the_whole_call(simulator: Simulator) -> None:
    name = "the article did not help, a person is wanted"
    scenario = next(scenario for scenario in SCENARIOS if scenario.script.name == name)
    with throwaway_store() as store:
        conversation = ScriptedConversation(ScriptedCaller(scenario))
        arrived = call_of(scenario, simulator.dialplan)
        seconds = itertools.count()
        call = await simulator.take(
            arrived, conversation, lambda: arrived.arrived_at + timedelta(seconds=next(seconds)), store
        )
    assert [turn.text for turn in call.transcript if turn.who == "caller"] == [
        "my account is locked",
        "no",
        "i want to talk to a person",
    ]
    assert [turn.who for turn in call.transcript[:3]] == ["line", "line", "caller"]
    assert call.transcript[0].text.startswith("Hello, this is the I T hotline.")
    assert [(tried.article, tried.helped) for tried in call.ticket.articles] == [("account-locked", False)]
    assert (call.ticket.intent, call.ticket.subject) == ("article:account-locked", "My account is locked")
