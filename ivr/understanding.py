"""What an answer to an open question meant."""

from dataclasses import dataclass

from ivr.conversation import Utterance
from ivr.desk import Matcher

# Nobody wants to be asked about something less probable than this.
_FAINTEST = 0.05


@dataclass(frozen=True, slots=True)
class Intent:
    """Understood: `target` is `article:<id>`, `category:<id>` or `operator`; `confidence` is 0…1."""

    target: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Unsure:
    """Probably `best`: to be confirmed by yes or no."""

    best: Intent


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Nothing that the line knows."""


Understanding = Intent | Unsure | NoMatch


async def understand(said: Utterance, matcher: Matcher, language: str, rejected: frozenset[str]) -> Understanding:
    """Rank what was said; targets in `rejected` (already tried, or denied by the caller) are left out."""
    ranking = await matcher.rank(said.hypotheses, language)
    probable = (candidate for candidate in ranking.candidates if candidate.confidence >= _FAINTEST)
    left = [candidate for candidate in probable if candidate.target not in rejected]
    if ranking.outcome == "nomatch" or not left:
        return NoMatch()
    best = Intent(left[0].target, left[0].confidence)
    # A second choice was never sure enough by itself: it is always confirmed.
    is_first = left[0] is ranking.candidates[0]
    return best if ranking.outcome == "accept" and is_first else Unsure(best)
