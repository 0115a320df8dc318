"""What an answer to an open question meant."""

from dataclasses import dataclass

from ivr.conversation import Utterance
from ivr.desk import Matcher

# Nobody wants to be asked about something less probable than this.
_FAINTEST = 0.05

# Two candidates are offered together when the second is nearly as probable as the first.
_NEARLY = 0.7


@dataclass(frozen=True, slots=True)
class Meaning:
    """Understood: `target` is `article:<id>`, `intent:<name>`, `category:<name>` or `operator`; `confidence` is 0…1."""

    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Unsure:
    """Probably `best`, to be confirmed; or just as well `other`."""

    best: Meaning
    other: Meaning | None = None


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nothing that the line knows."""


Understanding = Meaning | Unsure | NoMatch


async def understand(said: Utterance, matcher: Matcher, language: str, rejected: frozenset[str]) -> Understanding:
    """Rank what was said; targets in `rejected` (already tried, or denied by the caller) are left out."""
    ranking = await matcher.rank(said.hypotheses, language)
    probable = (candidate for candidate in ranking.candidates if candidate.confidence >= _FAINTEST)
    left = [Meaning(found.target, found.confidence) for found in probable if found.target not in rejected]
    if ranking.outcome == "nomatch" or not left:
        return NoMatch()
    best = left[0]
    # A second choice was never sure enough by itself: it is always confirmed.
    if ranking.outcome == "accept" and best.target == ranking.candidates[0].target:
        return best
    other = left[1] if len(left) > 1 and left[1].confidence >= best.confidence * _NEARLY else None
    return Unsure(best, other)
