"""Something is measured while the caller waits, and he goes on by the verdict. # 002-4"""

import asyncio
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from desk import Desk, PhraseMatcher
from test_flow import decide

from dialplan.loader import SHIPPED, Dialplan, load_dialplan
from ivr import diagnosis
from ivr.decision import EnterQueue, Solved
from ivr.desk import Measured, Probes
from ivr.empty_desk import KnownVerdicts
from ivr.graph.flow_graph import flow_graph
from ivr.rungs.text import TextRung
from ivr.scenario import load_scenarios
from ivr.simulator import Simulator

ACTION = (
    "then: {diagnose: {probe: own-network, ok: {article: account-locked}, "
    "fault: {queue: {group: helpdesk, priority: 5}}}}"
)
SCENARIO = """
scenarios:
  - name: the network is down
    probes: {own-network: fault}
    turns: [{caller: the network}]
    expect:
      decision: {kind: enter_queue, group: helpdesk, priority: 5}
      hears: [main.ask, diagnosis.checking, outage.known, queue.enter]
"""


@pytest.fixture(scope="module")
def dialplan(tmp_path_factory: pytest.TempPathFactory) -> Dialplan:
    """The shipped one, which measures the network when somebody wants to give a mark."""
    folder = Path(shutil.copytree(SHIPPED, tmp_path_factory.mktemp("dialplan") / "it"))
    for file, old, new in (
        ("menus.yaml", "then: {survey: true}", ACTION),
        ("probes.yaml", "    ping: {host", "    says: {ok: main.again, fault: outage.known}\n    ping: {host"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_dialplan(folder)


def desk(dialplan: Dialplan, probes: Probes) -> Desk:
    meanings = {**Desk().matcher.meanings, "the network": ("accept", "intent:mark", 0.9)}
    return Desk(dialplan=dialplan, matcher=PhraseMatcher(meanings), probes=probes)


async def test_all_is_well(dialplan: Dialplan) -> None:
    decision, prompts = await decide(desk(dialplan, KnownVerdicts({"own-network": "ok"})), "the network", "yes")
    assert decision == Solved("account-locked")
    assert prompts[2:5] == ["diagnosis.checking", "main.again", "article.intro"]


async def test_a_fault(dialplan: Dialplan) -> None:
    decision, prompts = await decide(desk(dialplan, KnownVerdicts({"own-network": "fault"})), "the network")
    assert decision == EnterQueue("helpdesk", "menu", priority=5)
    assert prompts[2:] == ["diagnosis.checking", "outage.known", "queue.enter"]


async def test_what_cannot_be_measured_is_not_claimed(dialplan: Dialplan) -> None:
    decision, prompts = await decide(desk(dialplan, KnownVerdicts()), "the network")
    assert decision == EnterQueue("helpdesk", "menu", priority=5)
    assert prompts[2:] == ["diagnosis.checking", "queue.enter"]


@dataclass
class SlowProbes:
    """`Probes` that answers once the caller was told twice that it is still going on."""

    given_up: bool = False
    goes: asyncio.Event = field(default_factory=asyncio.Event)

    async def measure(self, probe: str) -> Measured:
        try:
            await self.goes.wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        return "ok"


async def test_whoever_waits_is_told_again_and_again(dialplan: Dialplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_SILENCE_S", 0.05)
    slow = SlowProbes()
    asyncio.get_running_loop().call_later(0.12, slow.goes.set)
    _, prompts = await decide(desk(dialplan, slow), "the network", "yes")
    assert prompts[2:5] == ["diagnosis.checking", "diagnosis.still", "diagnosis.still"]


async def test_a_call_that_ends_meanwhile_gives_it_up(dialplan: Dialplan) -> None:
    slow = SlowProbes()
    call = asyncio.create_task(decide(desk(dialplan, slow), "the network", "yes"))
    await asyncio.sleep(0.05)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    await asyncio.sleep(0)
    assert slow.given_up


async def test_a_scenario_says_what_is_measured(dialplan: Dialplan, tmp_path: Path) -> None:
    (tmp_path / "calls.yaml").write_text(SCENARIO)
    (scenario,) = load_scenarios((tmp_path / "calls.yaml",))
    asked = desk(dialplan, KnownVerdicts())
    result = await TextRung(Simulator(dialplan, asked.matcher, asked.articles)).run(scenario)
    assert result.why is None


def test_the_picture_shows_both_ways(dialplan: Dialplan) -> None:
    edges = {(edge.source, edge.target) for edge in flow_graph(dialplan, 5, "en").edges}
    assert ("intent:mark", "group:helpdesk") in edges
    assert any(source == "intent:mark" and target.startswith("articles:") for source, target in edges)
