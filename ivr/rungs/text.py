"""The first rung: a scenario in text. What the caller says is what is heard."""

import itertools
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from dialplan.loader import Dialplan
from ivr.conversation import Call
from ivr.rungs.result import Outcome, Result, WitnessedConversation
from ivr.rungs.verdict import difference
from ivr.rungs.world import world_of
from ivr.scenario import Scenario
from ivr.scripted import OutOfStep, ScriptedCaller, ScriptedConversation
from ivr.simulator import Simulator, new_call
from ivr.speech.wording import WordingError


@dataclass(frozen=True, slots=True)
class TextRung:
    """Runs scenarios on the flow, the knowledge and the dialplan of `simulator`, each in a database of its own."""

    simulator: Simulator

    async def run(self, scenario: Scenario, asked: tuple[str, ...] = ()) -> Result:
        """One call. Its clock starts at the scenario's time and goes on by a second at every look."""
        ticks = itertools.count()
        caller = ScriptedCaller(scenario)
        talk = WitnessedConversation(ScriptedConversation(caller), caller)
        began = time.perf_counter()
        outcome: Outcome | None = None
        with world_of(scenario.script) as store:
            try:
                call = call_of(scenario, self.simulator.dialplan)
                simulator = replace(self.simulator, store=store)
                taken = await simulator.take(call, talk, lambda: call.arrived_at + timedelta(seconds=next(ticks)))
                outcome = Outcome.of(taken.decision, taken.ticket)
                caller.check_finished()
                why = difference(scenario, outcome, tuple(caller.prompts))
            except (OutOfStep, WordingError) as error:
                why = str(error)
        return Result(
            scenario,
            why,
            outcome,
            prompts=tuple(caller.prompts),
            asked=caller.asked,
            exchanges=tuple(talk.exchanges),
            seconds=time.perf_counter() - began,
        )


def call_of(scenario: Scenario, dialplan: Dialplan) -> Call:
    """
    Raises:
        OutOfStep: the dialplan does not speak the scenario's language.
    """
    script = scenario.script
    language = script.language or dialplan.entry(script.dialled).language
    if language not in dialplan.menus.languages:
        raise OutOfStep(f"the dialplan has no language '{language}' ({scenario.file}:{scenario.line})")
    return new_call(script.caller, script.dialled, language, script.at)
