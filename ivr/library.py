"""The knowledge base as the flow sees it: what an open question may be answered with, and articles read aloud."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis
from ivr.desk import Candidate, Ranking, SpokenArticle
from knowledge.library import Library
from knowledge.matching import Matcher, Thresholds
from knowledge.settings import KnowledgeSettings
from knowledge.target import Target

_FAINTEST = 0.01
_WITHOUT_SPACES = ("zh", "ja")
_SHORT = 3
"""Characters of a word of such a language."""


@dataclass(frozen=True, slots=True)
class SpokenLibrary:
    """The articles, as they are spoken."""

    library: Library

    def spoken(self, article_id: str, language: str) -> SpokenArticle | None:
        article = self.library.get(article_id, language)
        if article is None:
            return None
        return SpokenArticle(article.id, article.category, article.topic, article.spoken, article.system)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One fitted matcher for each language; ranking is done in threads, for it takes milliseconds of CPU."""

    matchers: Mapping[str, Matcher]

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        ranking = await asyncio.to_thread(self.matchers[language].rank, weighted(hypotheses))
        candidates = (Candidate(candidate.target, candidate.confidence) for candidate in ranking.candidates)
        return Ranking(ranking.outcome, tuple(candidates))


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


def targets(dialplan: Dialplan, library: Library, language: str) -> tuple[Target, ...]:
    """All that an open question may be answered with: articles, intents, categories, and the wish for a person."""
    intents = (
        Target(f"intent:{name}", (intent.topic[language], *intent.phrases[language]))
        for name, intent in dialplan.menus.intents.items()
    )
    categories = (
        Target(f"category:{name}", (category.name[language], *category.phrases[language]))
        for name, category in dialplan.menus.categories.items()
    )
    operator = Target("operator", dialplan.menus.phrases[language].operator)
    return (*library.targets(language), *intents, *categories, operator)


def vocabulary(dialplan: Dialplan, library: Library, language: str) -> tuple[str, ...]:
    """Words that callers use and a recognizer should know: systems and terms of the articles, then the names of
    systems, departments and categories; each once.

    Where words are not set apart by spaces it is the short ones, those first that examples have most often: a list of
    foreign names leads whisper astray (`docs/speech.md` has the figures)."""
    menus = dialplan.menus
    named = (
        *(system.name for system in menus.systems.values()),
        *(department.name for department in menus.departments.values()),
        *(category.name for category in menus.categories.values()),
    )
    words = (*library.vocabulary(language), *(texts[language] for texts in named))
    if language not in _WITHOUT_SPACES:
        return tuple(dict.fromkeys(words))
    phrases = (phrase for category in menus.categories.values() for phrase in category.phrases[language])
    return _most_frequent((*words, *phrases), targets(dialplan, library, language))


def _most_frequent(words: Iterable[str], said: Iterable[Target]) -> tuple[str, ...]:
    examples = [phrasing.casefold() for target in said for phrasing in target.phrasings]
    short: dict[str, str] = {}
    for word in words:
        if len(word) <= _SHORT or word.isascii():
            short.setdefault(word.casefold(), word)
    counts = {word: sum(key in example for example in examples) for key, word in short.items()}
    return tuple(sorted(filter(counts.get, counts), key=lambda word: -counts[word]))


def weighted(hypotheses: tuple[Hypothesis, ...]) -> list[tuple[str, float]]:
    """Readings with how much each counts: its confidence, or, where the engine gives none, the better its place."""
    if all(hypothesis.confidence is not None for hypothesis in hypotheses):
        return [(hypothesis.text, max(hypothesis.confidence or 0.0, _FAINTEST)) for hypothesis in hypotheses]
    return [(hypothesis.text, 1 / place) for place, hypothesis in enumerate(hypotheses, start=1)]
