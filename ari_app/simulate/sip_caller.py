"""A scripted caller at a real telephone. He hears which prompts are spoken from the ticket's events, and when the line
has fallen silent from the sound."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from ari_app.phones.phone_call import PhoneCall
from ari_app.simulate.course import Answer, Breath, Course, keys_of
from ivr.rungs.result import Exchange
from ivr.scenario import Turn
from ivr.scripted import ScriptedCaller
from tickets.events import Event

_LOOK_EVERY_S = 0.1
_PAUSE_S = 0.8
"""A question that has been asked, and then so long a silence: it is the caller's turn."""
_LONG_PAUSE_S = 1.5
"""The same when the prompts should have taken longer."""
_DEAF_S = 10.0
"""Nothing was heard for so long after the line should have spoken: he speaks all the same."""
_INTERRUPTS_AFTER_S = 0.8
_NEXT_INTERRUPTION_S = 2.0
_LEAVES_AFTER_S = 30.0
_LONGEST_CALL_S = 300.0

Sound = Callable[[Turn], Awaitable[bytes]]
Events = Callable[[], Awaitable[list[Event]]]
Seconds = Callable[[str], float]
"""How long a prompt takes to be spoken, about."""


class CallTooLong(Exception):
    """The call was not over after five minutes."""


@dataclass(slots=True)
class SipCaller:
    """Goes through `call` as the scenario's caller; `exchanges` is what was said and heard."""

    call: PhoneCall
    caller: ScriptedCaller
    sound: Sound
    events: Events
    seconds: Seconds
    now: Callable[[], datetime]
    """The clock of the line."""
    course: Course = field(default_factory=Course, init=False)
    exchanges: list[Exchange] = field(default_factory=list, init=False)
    _breath: Breath | None = field(default=None, init=False)
    _began_s: float = field(default=0.0, init=False)
    _coming: list[tuple[float, str]] = field(default_factory=list, init=False)
    _due: list[tuple[float, Turn]] = field(default_factory=list, init=False)
    _length_s: float = field(default=0.0, init=False)
    _is_done: bool = field(default=True, init=False)
    _typed: str = field(default="", init=False)
    """Keys that the line has not taken as an answer yet."""
    _has_spoken: bool = field(default=False, init=False)
    """He said something that the line has not answered yet."""
    _awaits_answer: bool = field(default=False, init=False)
    """He has answered a question, and the log does not tell what was heard."""
    _asked: str = field(default="", init=False)
    _told: int = field(default=0, init=False)

    async def run(self) -> None:
        """Until there is a decision and he or the line hangs up.

        Raises:
            OutOfStep: he has nothing to say to what is asked.
            CallTooLong: nobody ended it.
        """
        decided_s: float | None = None
        while not self.call.ended:
            for happened in self.course.read(await self.events()):
                self._heard(happened) if isinstance(happened, Answer) else self._hear(happened)
            if self.course.is_settled:
                decided_s = self.call.now_s if decided_s is None else decided_s
                if self._may_leave(self.call.now_s - decided_s):
                    break
            await self._live()
            if self.call.now_s > _LONGEST_CALL_S:
                raise CallTooLong(f"after {_LONGEST_CALL_S / 60:.0f} minutes the call was not over")
            await self.call.change(_LOOK_EVERY_S)
        await self.call.hang_up()

    async def finish(self) -> None:
        """Read what was written at the end."""
        for happened in self.course.read(await self.events()):
            if isinstance(happened, Answer):
                self._heard(happened)
        if len(self.caller.acts) > self._told:
            self.exchanges.append(Exchange(self._asked, tuple(self.caller.acts[self._told :]), None))

    def _may_leave(self, since_s: float) -> bool:
        """In a queue there is nothing more to see; in other cases the line says goodbye and hangs up."""
        kind = (self.course.decision or {}).get("kind")
        return kind in ("enter_queue", "leave_message") or since_s > _LEAVES_AFTER_S

    def _hear(self, breath: Breath) -> None:
        """The line begins to say something; what was answered before it was asked is not spoken."""
        if self._awaits_answer:  # the question was secret: its answer is written down nowhere
            self._answered("")
        self._asked = breath.prompts[-1]
        if breath.question is not None and (self._typed or self._has_spoken):
            self._breath = None
            return
        # The log may be read late; what counts is when the line began to speak.
        late_s = max(0.0, (self.now() - breath.at).total_seconds())
        self._breath, self._began_s = breath, self.call.now_s - late_s
        self._is_done = breath.question is None
        self._coming, self._due, self._length_s = [], [], 0.0
        for prompt in breath.prompts:
            self._coming.append((self._length_s, prompt))
            self._length_s += self.seconds(prompt)

    def _heard(self, answer: Answer) -> None:
        """The line has taken something as the answer."""
        acts, self._told = tuple(self.caller.acts[self._told :]), len(self.caller.acts)
        self.exchanges.append(Exchange(self._asked, acts, answer.heard))
        self._answered(keys_of(answer.heard))

    def _answered(self, keys: str) -> None:
        """The line has got its answer; keys typed ahead are left for the next questions."""
        self._typed = self._typed[len(keys) :].removeprefix("#") if keys else ""
        self._has_spoken = self._awaits_answer = False
        self._breath = None

    async def _live(self) -> None:
        """Hear the prompts that have begun by now, and do what is due."""
        if self._breath is None:
            return
        elapsed = self.call.now_s - self._began_s
        is_over = self._is_silent(elapsed)
        while self._coming and (elapsed >= self._coming[0][0] or is_over):
            begins, prompt = self._coming.pop(0)
            self._due += self._reactions(prompt, begins)
        if self._due and (elapsed >= self._due[0][0] or is_over):
            await self._act(self._due.pop(0)[1])
        elif is_over and not (self._is_done or self._due or self._coming) and self._breath.question is not None:
            self._is_done = True
            await self._act(self.caller.answers(self._breath.prompts[-1], self._breath.question))

    def _reactions(self, prompt: str, begins: float) -> list[tuple[float, Turn]]:
        assert self._breath is not None  # noqa: S101 - `_live` has looked
        at = begins + min(_INTERRUPTS_AFTER_S, self.seconds(prompt) / 2)
        due = []
        for turn in self.caller.hears(prompt, self._breath.question):
            due.append((at, turn))
            at += _NEXT_INTERRUPTION_S
            if not turn.noise:
                self._is_done = True
                self._coming.clear()
        return due

    def _is_silent(self, elapsed: float) -> bool:
        """The line has said what it had to say."""
        last = self.call.sounds[-1] if self.call.sounds else None
        if last is None or (last.ended_s is not None and last.ended_s < self._began_s):
            return elapsed > self._length_s + _DEAF_S
        if last.ended_s is None:
            return False
        silent_s = self.call.now_s - last.ended_s
        return silent_s >= (_PAUSE_S if elapsed >= 0.7 * self._length_s + _PAUSE_S else _LONG_PAUSE_S)

    async def _act(self, turn: Turn) -> None:
        is_answer = self._breath is not None and self._breath.question is not None
        self._awaits_answer = is_answer and not (turn.noise or turn.silence)
        if turn.hangs_up:
            await self.call.hang_up()
        elif turn.keys is not None:
            self._typed += turn.keys
            await self.call.press(turn.keys)
        else:
            self._has_spoken = turn.words is not None
            audio = await self.sound(turn)
            if audio:
                await self.call.say(audio)
