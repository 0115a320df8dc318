"""What the line would make of one sentence: how it is understood, and where the call would lead."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dialplan.loader import Dialplan
from ivr.conversation import Call, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.decision import Decision
from ivr.desk import Articles, Candidate, Matcher, Ranking
from ivr.flow import take_call
from ivr.simulator import SimulatedDesk, decision_as_json
from ivr.speech.wording import Wording
from ivr.words import Words
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Trial:
    """`decision` is where it ends when the caller says yes to whatever is asked, and nothing more; `says` are the
    prompts he hears meanwhile, in words."""

    text: str
    language: str
    ranking: Ranking
    decision: Decision
    says: tuple[str, ...]

    @property
    def best(self) -> Candidate | None:
        """What is meant; None when nothing was understood."""
        return self.ranking.candidates[0] if self.ranking.outcome != "nomatch" else None

    def as_json(self, library: Library) -> dict[str, Any]:
        candidates = self.ranking.candidates
        return {
            "text": self.text,
            "lang": self.language,
            "outcome": self.ranking.outcome,
            "intent": self.best.target if self.best else None,
            "confidence": round(candidates[0].confidence, 4) if candidates else 0.0,
            "slots": {},
            "article": self._article(library),
            "candidates": [
                {"intent": candidate.target, "confidence": round(candidate.confidence, 4)} for candidate in candidates
            ],
            "decision": decision_as_json(self.decision),
        }

    def _article(self, library: Library) -> dict[str, Any] | None:
        kind, _, name = (self.best.target if self.best else "").partition(":")
        article = library.get(name, self.language) if kind == "article" else None
        if article is None or self.best is None:
            return None
        return {"id": article.id, "title": article.question, "score": round(self.best.confidence, 4)}


@dataclass(slots=True)
class _WillingCaller:
    """`Conversation` with a caller who says one sentence, then yes to every question that wants a yes or no."""

    text: str
    dialplan: Dialplan
    says: list[str] = field(default_factory=list, init=False)
    _has_spoken: bool = field(default=False, init=False)

    async def say(self, prompt: Prompt) -> None:
        self.says.append(Wording(self.dialplan.prompts).text(prompt))

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        for part in (*lead, prompt):
            await self.say(part)
        if expecting.phrases:
            return Digits(self.dialplan.menus.keys.yes)
        if self._has_spoken:
            return NoInput()
        self._has_spoken = True
        return Utterance((Hypothesis(self.text),))


async def try_sentence(text: str, language: str, dialplan: Dialplan, matcher: Matcher, articles: Articles) -> Trial:
    """Say `text` to the line's first question."""
    caller = _WillingCaller(text, dialplan)
    began = datetime.now(UTC)
    desk = SimulatedDesk(lambda: began, dialplan, matcher, articles)
    decision = await take_call(Call("trial", "", "", language, began), caller, desk)
    return Trial(text, language, await _ranking(text, language, dialplan, matcher), decision, tuple(caller.says))


async def _ranking(text: str, language: str, dialplan: Dialplan, matcher: Matcher) -> Ranking:
    """Words that mean the same in every prompt come first, as in a call."""
    said = Utterance((Hypothesis(text),))
    words = Words(dialplan, language)
    command = words.command(said)
    if command is not None:
        return Ranking("accept", (Candidate(command.value, 1.0),))
    return Ranking("nomatch", ()) if words.says_nothing(text) else await matcher.rank(said.hypotheses, language)
