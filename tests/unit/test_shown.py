"""What people are shown of an agent, and what the line tells him."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fake_ari import channel

from ari_app.acd.agents import MISSED, Agent, AgentState
from ari_app.acd.shown import Shown, ShownState, shown
from ari_app.agents.agent_line import is_agents_code, telephone_of
from ari_app.agents.standing import standing
from ari_app.ari.events import CHANNELS
from dialplan.groups import AgentCard
from dialplan.loader import load_dialplan

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOON = NOON + timedelta(seconds=10)
DIALPLAN = load_dialplan()


def agent(state: AgentState = AgentState.READY, **changes: Any) -> Agent:
    return replace(Agent("anna", state, NOON, is_reachable=True), **changes)


@pytest.mark.parametrize(
    ("agent_", "expected", "prompts"),
    [
        (None, Shown(ShownState.AWAY, None), ["away"]),
        (agent(), Shown(ShownState.READY, NOON), ["ready"]),
        (agent(is_reachable=False), Shown(ShownState.AWAY, NOON), ["away"]),
        (agent(is_reachable=False, pause="lunch"), Shown(ShownState.AWAY, NOON, pause="lunch"), ["away", "paused_for"]),
        (agent(is_reachable=False, is_logged_in=False), Shown(ShownState.LOGGED_OUT, NOON), ["logged_out"]),
        (agent(pause="lunch"), Shown(ShownState.PAUSED, NOON, pause="lunch"), ["paused_for"]),
        (agent(pause=MISSED), Shown(ShownState.PAUSED, NOON, pause=MISSED), ["missed"]),
        (agent(pause="gone"), Shown(ShownState.PAUSED, NOON, pause="gone"), ["paused"]),
        (agent(AgentState.RINGING), Shown(ShownState.RINGING, NOON), ["busy"]),
        # Whom he has is there, whatever becomes of him afterwards.
        (agent(AgentState.TALKING, is_logged_in=False), Shown(ShownState.TALKING, NOON), ["busy"]),
        (agent(AgentState.TALKING, is_reachable=False), Shown(ShownState.TALKING, NOON), ["busy"]),
        (agent(AgentState.HOLD, pause="break"), Shown(ShownState.HOLD, NOON, None, "break"), ["busy", "paused_for"]),
        (agent(AgentState.WRAP_UP, until=SOON), Shown(ShownState.WRAP_UP, NOON, SOON), ["wrap_up"]),
        (
            agent(AgentState.WRAP_UP, until=SOON, pause="lunch"),
            Shown(ShownState.WRAP_UP, NOON, SOON, "lunch"),
            ["wrap_up", "paused_for"],
        ),
        (agent(AgentState.WRAP_UP, until=SOON, is_logged_in=False), Shown(ShownState.LOGGED_OUT, NOON), ["logged_out"]),
        (agent(AgentState.RESTING, until=SOON), Shown(ShownState.RESTING, NOON, SOON), ["ready"]),
        (agent(AgentState.RESTING, until=SOON, pause=MISSED), Shown(ShownState.PAUSED, NOON, None, MISSED), ["missed"]),
    ],
)
def test_one_word_for_all_that_he_is(agent_: Agent | None, expected: Shown, prompts: list[str]) -> None:  # P-4 P-5
    assert shown(agent_) == expected
    told = [prompt.key for prompt in standing("anna", agent_, DIALPLAN, "en")]
    assert told == ["agent.who", *(f"agent.{prompt}" for prompt in prompts)]


def test_the_seconds_of_a_wrap_up_run_out() -> None:
    wrapping_up = shown(agent(AgentState.WRAP_UP, until=SOON))
    assert wrapping_up.seconds_left(NOON + timedelta(seconds=4)) == 6
    assert wrapping_up.seconds_left(SOON + timedelta(seconds=1)) == 0
    assert shown(agent()).seconds_left(NOON) is None


def test_he_is_called_by_his_name_and_his_pause_in_his_language() -> None:
    named = replace(DIALPLAN, agents={"anna": AgentCard(name="Anna Berg")})
    who, paused = standing("anna", agent(pause="lunch"), named, "zh")
    assert (who.slots, paused.slots) == ({"name": "Anna Berg"}, {"reason": "午餐"})


def test_who_calls_is_known_by_his_telephone() -> None:
    (telephone,) = CHANNELS.validate_python([channel("1.2", name="PJSIP/agent-12-0000002a")])
    assert telephone_of(telephone) == "agent-12"
    assert is_agents_code("*51")
    assert not is_agents_code("5000")
