"""The open question, "what is wrong?": what the answers to it mean, learnt from the dialplan and the articles.

Its libraries take a second to import: who can do without for a while imports this module late.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis
from ivr.desk import Candidate, Ranking
from ivr.library import targets
from knowledge.library import Library
from knowledge.matching import Matcher, Thresholds
from knowledge.settings import KnowledgeSettings

_FAINTEST = 0.01


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One fitted matcher for each language; ranking is done in threads, for it takes milliseconds of CPU."""

    matchers: Mapping[str, Matcher]

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        ranking = await asyncio.to_thread(self.matchers[language].rank, weighted(hypotheses))
        candidates = (Candidate(candidate.target, candidate.confidence) for candidate in ranking.candidates)
        return Ranking(ranking.outcome, tuple(candidates), ranking.nearest)


def fit_open_question(dialplan: Dialplan, library: Library, settings: KnowledgeSettings) -> OpenQuestion:
    """Learn what callers say in every language of the dialplan; takes seconds.

    Raises:
        FitError: a language with fewer than two things to mean.
    """
    thresholds = Thresholds(settings.accept, settings.confirm)
    matchers = {
        language: Matcher.fit(
            targets(dialplan, library, language),
            language,
            names=library.vocabulary(language),
            chatter=library.chatter.get(language, ()),
            thresholds=thresholds,
            kept=settings.cache,
        )
        for language in dialplan.menus.languages
    }
    return OpenQuestion(matchers)


def weighted(hypotheses: tuple[Hypothesis, ...]) -> list[tuple[str, float]]:
    """Readings with how much each counts: its confidence, or, where the engine gives none, the better its place."""
    if all(hypothesis.confidence is not None for hypothesis in hypotheses):
        return [(hypothesis.text, max(hypothesis.confidence or 0.0, _FAINTEST)) for hypothesis in hypotheses]
    return [(hypothesis.text, 1 / place) for place, hypothesis in enumerate(hypotheses, start=1)]
