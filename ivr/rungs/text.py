"""The first rung: a scenario in text. What the caller says is what is heard."""

import itertools
import time
from dataclasses import dataclass
from datetime import timedelta

from dialplan.loader import Dialplan
from ivr.conversation import Call
from ivr.empty_desk import KnownVerdicts
from ivr.rungs.result import Outcome, Result, WitnessedConversation
from ivr.rungs.verdict import difference
from ivr.rungs.world import waits_of, world_of
from ivr.scenario import Scenario
from ivr.scripted import OutOfStep, ScriptedCaller, ScriptedConversation
from ivr.simulator import Simulator, new_call
from ivr.speech.wording import WordingError


@dataclass(frozen=True, slots=True)
class TextRung:
    """Runs scenarios on the flow, the knowledge and the dialplan of `simulator`, each in a database of its own."""

    simulator: Simulator

    async def run(self, scenario: Scenario, asked: tuple[str, ...] = ()) -> Result:
        """See `Rung`. The clock of the call starts at the scenario's time and goes on by a second at every look."""
        ticks = itertools.count()
        caller = ScriptedCaller(scenario)
        talk = WitnessedConversation(ScriptedConversation(caller), caller)
        began = time.perf_counter()
        outcome: Outcome | None = None
        with world_of(scenario.script) as store:
            try:
                call = call_of(scenario, self.simulator.dialplan)
                taken = await self.simulator.take(
                    call,
                    talk,
                    lambda: call.arrived_at + timedelta(seconds=next(ticks)),
                    store,
                    waits_of(scenario.script),
                    KnownVerdicts(scenario.script.probes),
                )
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
        OutOfStep: no number of the dialplan speaks the scenario's language.
    """
    script = scenario.script
    numbers = dialplan.menus.numbers
    fitting = (number for number, entry in numbers.items() if script.language in (None, entry.language))
    dialled = script.dialled or next(fitting, "")
    language = script.language or dialplan.entry(dialled).language
    if not dialled or language not in dialplan.menus.languages:
        raise OutOfStep(f"no number of the dialplan speaks '{language}' ({scenario.file}:{scenario.line})")
    return new_call(script.caller, dialled, language, script.at)
