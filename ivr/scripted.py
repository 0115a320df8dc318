"""The caller of a scenario: he reacts to what he hears, so that one question more does not put him out of step."""

from dataclasses import dataclass, field

from ivr.conversation import CallerHungUp, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.scenario import Scenario, Turn
from ivr.text import first_answer


class OutOfStep(Exception):
    """The call went another way than the scenario; the text says where, with `file:line`."""


@dataclass(slots=True)
class ScriptedCaller:
    """Hands out the turns of a scenario one by one."""

    scenario: Scenario
    _next: int = field(default=0, init=False)

    def interrupts(self, prompt_key: str) -> Turn | None:
        """What he says or does while this prompt is being spoken, if anything."""
        turn = self._upcoming()
        return self._take() if turn and turn.during == prompt_key else None

    def answers(self, prompt_key: str) -> Turn:
        """What he does when this question has been asked.

        Raises:
            OutOfStep: he waits for another prompt, or has nothing left to say.
        """
        script = self.scenario.script
        if prompt_key in script.answers:
            return Turn(caller=script.answers[prompt_key])
        turn = self._upcoming()
        if turn is None:
            raise OutOfStep(f"asked '{prompt_key}', but the caller has no turn left ({self._place()})")
        if turn.during is not None:
            raise OutOfStep(f"asked '{prompt_key}', but the caller waits for '{turn.during}' ({self._place()})")
        return self._take()

    def check_finished(self) -> None:
        """
        Raises:
            OutOfStep: the call was over before he had said all.
        """
        if self._upcoming() is not None:
            raise OutOfStep(f"the call was over before this turn of the caller ({self._place()})")

    def _upcoming(self) -> Turn | None:
        turns = self.scenario.script.turns
        return turns[self._next] if self._next < len(turns) else None

    def _take(self) -> Turn:
        self._next += 1
        return self.scenario.script.turns[self._next - 1]

    def _place(self) -> str:
        last = len(self.scenario.script.turns) - 1
        return self.scenario.place_of_turn(min(self._next, last)) if last >= 0 else self.scenario.place_of_turn(0)


@dataclass(slots=True)
class ScriptedConversation:
    """`Conversation` with a scripted caller, in text; `prompts` are the keys of what he heard, in order."""

    caller: ScriptedCaller
    prompts: list[str] = field(default_factory=list, init=False)
    _kept: Turn | None = field(default=None, init=False)
    _keys: str = field(default="", init=False)

    async def say(self, prompt: Prompt) -> None:
        turn = self._hears(prompt)
        if turn is not None:
            self._kept = turn
            if turn.hangs_up:
                raise CallerHungUp

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        if not self._keys:
            turn = self._turn(prompt, lead)
            if turn.hangs_up:
                raise CallerHungUp
            if turn.caller is not None:
                return Utterance((Hypothesis(turn.caller),))
            if turn.keys is None:
                return NoInput()
            self._keys = turn.keys
        digits, self._keys = first_answer(self._keys, expecting.max_digits)
        return digits

    def _turn(self, prompt: Prompt, lead: tuple[Prompt, ...]) -> Turn:
        if self._kept is not None:
            kept, self._kept = self._kept, None
            return kept
        for part in (*lead, prompt):
            if (turn := self._hears(part)) is not None:
                return turn
        return self.caller.answers(prompt.key)

    def _hears(self, prompt: Prompt) -> Turn | None:
        self.prompts.append(prompt.key)
        return self.caller.interrupts(prompt.key)
