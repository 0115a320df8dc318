"""The caller of a scenario: he reacts to what he hears, so that one question more does not put him out of step."""

from dataclasses import dataclass, field

from ivr.conversation import CallerHungUp, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.scenario import Scenario, Turn
from ivr.text import EndsWithWait, first_answer

_SAYS_AGAIN = 2


class OutOfStep(Exception):
    """The call went another way than the scenario; the text says where, with `file:line`."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something the caller did, and at which prompt; `question` is None while something was merely told."""

    prompt: str
    question: str | None
    turn: Turn


@dataclass(slots=True)
class ScriptedCaller:
    """Hands out the turns of a scenario one by one.

    `asked_in_text` are the prompts at which he took his turns in text. Where they are known, he says again what was
    not understood: asked the same question in other words than there, he repeats himself, twice at most.
    """

    scenario: Scenario
    asked_in_text: tuple[str, ...] = ()
    prompts: list[str] = field(default_factory=list, init=False)
    """What he heard, in order."""
    acts: list[Act] = field(default_factory=list, init=False)
    repeated: int = field(default=0, init=False)
    """How often he said something again."""
    _taken: list[str] = field(default_factory=list, init=False)
    _again: int = field(default=0, init=False)

    @property
    def asked(self) -> tuple[str, ...]:
        """The prompts at which he took his turns, one for each."""
        return tuple(self._taken)

    def hears(self, prompt: str, question: str | None = None) -> tuple[Turn, ...]:
        """A prompt begins: what he does while it is being spoken, in order. Only the last can be more than a noise."""
        self.prompts.append(prompt)
        turns: list[Turn] = []
        while (turn := self._upcoming()) and turn.during == prompt:
            turns.append(self._take(prompt, question))
            if not turn.noise:
                break
        return tuple(turns)

    def answers(self, prompt: str, question: str) -> Turn:
        """What he does when this has been asked, as the question of that name.

        Raises:
            OutOfStep: he waits for another prompt, or has nothing left to say.
        """
        answer = self.scenario.script.answers.get(prompt)
        if answer is not None and self.acts:  # before he has said anything, the line has heard somebody else's voice
            return self._did(prompt, question, Turn(caller=answer))
        last = self.acts[-1] if self.acts else None
        if last is not None and self._says_again(last, prompt, question):
            self._again += 1
            self.repeated += 1
            return self._did(prompt, question, last.turn)
        turn = self._upcoming()
        if turn is None:
            raise OutOfStep(f"asked '{prompt}', but the caller has no turn left ({self._place()})")
        if turn.during is not None:
            raise OutOfStep(f"asked '{prompt}', but the caller waits for '{turn.during}' ({self._place()})")
        return self._take(prompt, question)

    def check_finished(self) -> None:
        """
        Raises:
            OutOfStep: the call was over before he had said all.
        """
        if self._upcoming() is not None:
            raise OutOfStep(f"the call was over before this turn of the caller ({self._place()})")

    def _says_again(self, last: Act, prompt: str, question: str) -> bool:
        is_expected = len(self._taken) < len(self.asked_in_text) and prompt == self.asked_in_text[len(self._taken)]
        was_same = last.question in (question, None)
        is_worth_it = last.turn.words is not None or last.turn.keys is not None
        return bool(self.asked_in_text) and not is_expected and was_same and is_worth_it and self._again < _SAYS_AGAIN

    def _upcoming(self) -> Turn | None:
        turns = self.scenario.script.turns
        return turns[len(self._taken)] if len(self._taken) < len(turns) else None

    def _take(self, prompt: str, question: str | None) -> Turn:
        turn = self.scenario.script.turns[len(self._taken)]
        self._taken.append(prompt)
        self._again = 0
        return self._did(prompt, question, turn)

    def _did(self, prompt: str, question: str | None, turn: Turn) -> Turn:
        self.acts.append(Act(prompt, question, turn))
        return turn

    def _place(self) -> str:
        last = len(self.scenario.script.turns) - 1
        return self.scenario.place_of_turn(max(0, min(len(self._taken), last)))


@dataclass
class ScriptedConversation(EndsWithWait):
    """`WaitingConversation` with a scripted caller, in text. A noise is nothing there."""

    caller: ScriptedCaller
    _kept: Turn | None = field(default=None, init=False)
    _keys: str = field(default="", init=False)

    async def say(self, prompt: Prompt) -> None:
        self.go_on()
        turn = self._interrupting(prompt, None)
        if turn is not None:
            self._kept = turn
            if turn.hangs_up:
                raise CallerHungUp

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self.go_on()
        return self._heard(None if self._keys else self._turn(prompt, expecting, lead), expecting)

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        """He waits patiently, unless his next turn is `during` one of `parts`."""
        self.go_on()
        self._kept, self._keys = None, ""
        for part in parts:
            if (turn := self._interrupting(part, None)) is not None:
                return self._heard(turn, expecting)
        return NoInput()

    def _heard(self, turn: Turn | None, expecting: Expecting) -> Heard:
        """What the line hears of a turn; None: of the keys that are left over."""
        if turn is not None:
            if turn.hangs_up:
                raise CallerHungUp
            if turn.readings:
                return Utterance(tuple(map(Hypothesis, turn.readings)))
            if turn.keys is None:
                return NoInput()
            self._keys = turn.keys
        digits, self._keys = first_answer(self._keys, expecting.max_digits)
        return digits

    def _turn(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...]) -> Turn:
        if self._kept is not None:
            kept, self._kept = self._kept, None
            return kept
        for part in (*lead, prompt):
            if (turn := self._interrupting(part, expecting.name)) is not None:
                return turn
        return self.caller.answers(prompt.key, expecting.name)

    def _interrupting(self, prompt: Prompt, question: str | None) -> Turn | None:
        return next((turn for turn in self.caller.hears(prompt.key, question) if not turn.noise), None)
