"""What came of a scenario on a rung."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from ivr.conversation import Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance, WaitingConversation
from ivr.decision import Decision
from ivr.scenario import Scenario
from ivr.scripted import Act, ScriptedCaller
from ivr.simulator import decision_as_json
from tickets.ticket import Ticket

_ANEW = ("outage", "entered_at")
"""What decisions say of their own database, and of their own time."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question: the prompt that asked it, what the caller did since the question before, and what was heard of it
    (None: the call was over)."""

    prompt: str
    acts: tuple[Act, ...]
    heard: Heard | None

    def as_json(self) -> dict[str, Any]:
        return {
            "prompt": self.prompt,
            "caller": [act.turn.told() for act in self.acts],
            "heard": [{"text": one.text, "confidence": one.confidence} for one in readings(self.heard)],
        }

    def told(self) -> str:
        """For reports: "main.ask: says “hello” → “yellow” 0.61, “hello” 0.30"."""
        did = ", ".join(act.turn.told() for act in self.acts) or "nothing new"
        heard = ", ".join(map(_reading, readings(self.heard)))
        if not heard:
            heard = f"keys {self.heard.digits}" if isinstance(self.heard, Digits) else type(self.heard).__name__
        return f"{self.prompt}: {did} → {heard if self.heard else 'the call was over'}"


def readings(heard: Heard | None) -> tuple[Hypothesis, ...]:
    return heard.hypotheses if isinstance(heard, Utterance) else ()


def _reading(one: Hypothesis) -> str:
    return f"“{one.text}”" if one.confidence is None else f"“{one.text}” {one.confidence:.2f}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`decision` is as `decision_as_json` writes it, None when the caller hung up before there was one; `ticket` is
    the ticket as it was then."""

    decision: dict[str, Any] | None
    ticket: Ticket

    @classmethod
    def of(cls, decision: Decision | None, ticket: Ticket) -> "Outcome":
        return cls(json.loads(json.dumps(decision_as_json(decision))), ticket)


@dataclass(frozen=True, slots=True)
class Result:
    """`why` it failed, with `file:line`, or None. `outcome` is None when the call broke off.

    `prompts` are what the caller heard, `asked` those at which he took his turns, `repeated` how often he said
    something again.
    """

    scenario: Scenario
    why: str | None
    outcome: Outcome | None
    prompts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    repeated: int = 0
    seconds: float = 0.0

    @property
    def is_passed(self) -> bool:
        return self.why is None

    @property
    def verdict(self) -> tuple[object, ...]:
        """What must be the same on every rung."""
        if self.outcome is None:
            return (self.is_passed,)
        decision = {key: value for key, value in (self.outcome.decision or {}).items() if key not in _ANEW}
        return (self.is_passed, decision, self.outcome.ticket.category)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.scenario.script.name,
            "file": str(self.scenario.file),
            "line": self.scenario.line,
            "ok": self.is_passed,
            "why": self.why,
            "decision": self.outcome.decision if self.outcome else None,
            "ticket": _ticket_as_json(self.outcome.ticket) if self.outcome else None,
            "exchanges": [exchange.as_json() for exchange in self.exchanges],
            "repeated": self.repeated,
            "seconds": round(self.seconds, 3),
        }


def _ticket_as_json(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": str(ticket.status),
        "category": ticket.category,
        "intent": ticket.intent,
        "confidence": ticket.confidence,
        "articles": [{"id": tried.article, "helped": tried.helped} for tried in ticket.articles],
    }


@dataclass(slots=True)
class WitnessedConversation:
    """`WaitingConversation` that remembers its questions, and what the scripted caller did at each."""

    conversation: WaitingConversation
    caller: ScriptedCaller
    exchanges: list[Exchange] = field(default_factory=list, init=False)
    _told: int = field(default=0, init=False)

    async def say(self, prompt: Prompt) -> None:
        await self.conversation.say(prompt)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: Sequence[Prompt] = ()) -> Heard:
        heard: Heard | None = None
        try:
            heard = await self.conversation.ask(prompt, expecting, tuple(lead))
        finally:
            self._witness(prompt.key, heard)
        return heard

    async def wait(self, parts: tuple[Prompt, ...], expecting: Expecting) -> Heard:
        heard = await self.conversation.wait(parts, expecting)
        if not isinstance(heard, NoInput):
            self._witness(parts[-1].key if parts else expecting.name, heard)
        return heard

    def until(self, over: asyncio.Event) -> AbstractContextManager[None]:
        return self.conversation.until(over)

    def _witness(self, prompt: str, heard: Heard | None) -> None:
        acts, self._told = tuple(self.caller.acts[self._told :]), len(self.caller.acts)
        self.exchanges.append(Exchange(prompt, acts, heard))
