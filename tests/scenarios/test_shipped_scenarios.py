"""The scenarios that come with the dialplan, in text, on the real knowledge and tickets. # 000-1, 000-16, 003-4"""

import pytest

from dialplan.loader import SHIPPED
from ivr.scenario import Scenario, load_scenarios
from ivr.simulator import Simulator

SCENARIOS = load_scenarios((SHIPPED / "scenarios",))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.script.name)
async def test_scenario(scenario: Scenario, simulator: Simulator) -> None:
    result = await simulator.run(scenario)
    assert result.why is None, f"{result.why}; heard: {', '.join(result.prompts)}"


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [scenario.script.name for scenario in SCENARIOS]
    assert len(names) >= 25
    assert len(set(names)) == len(names)


async def test_the_ticket_tells_the_whole_call(simulator: Simulator) -> None:
    name = "the article did not help, a person is wanted"
    scenario = next(scenario for scenario in SCENARIOS if scenario.script.name == name)
    call = (await simulator.run(scenario)).call
    assert call is not None
    assert [turn.text for turn in call.transcript if turn.who == "caller"] == [
        "my account is locked",
        "no",
        "i want to talk to a person",
    ]
    assert [turn.who for turn in call.transcript[:3]] == ["line", "line", "caller"]
    assert call.transcript[0].text.startswith("Hello, this is the I T hotline.")
    assert [(tried.article, tried.helped) for tried in call.ticket.articles] == [("account-locked", False)]
    assert (call.ticket.intent, call.ticket.subject) == ("article:account-locked", "My account is locked")
