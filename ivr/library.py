"""The knowledge base as the line speaks it: articles read aloud, what an open question may be answered with, and the
words that callers use."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialplan.loader import Dialplan
from ivr.desk import SpokenArticle
from knowledge.article import Article
from knowledge.library import Library
from knowledge.target import Target

_WITHOUT_SPACES = ("zh", "ja")
_SHORT = 3
"""Characters of a word of such a language."""


@dataclass(frozen=True, slots=True)
class SpokenLibrary:
    """The articles, as they are spoken. `pages` is how employees reach the pages; empty: they do not."""

    library: Library
    pages: str = ""

    def spoken(self, article_id: str, language: str) -> SpokenArticle | None:
        article = self.library.get(article_id, language)
        if article is None:
            return None
        return SpokenArticle(
            article.id, article.category, article.topic, article.spoken, article.system, article.spoken_steps
        )

    def not_for(self, site: str | None, labels: frozenset[str], language: str) -> frozenset[str]:
        return frozenset(
            article.id
            for article in self.library.in_language(language)
            if (article.sites and site is not None and site not in article.sites)
            or (article.audience and labels.isdisjoint(article.audience))
        )

    def link(self, article_id: str, language: str) -> str | None:
        article = self.library.get(article_id, language)
        return page_link(article, self.pages) if article is not None else None


def page_link(article: Article, pages: str) -> str | None:
    """The article as it is sent to a caller: its question, and where it stands; None where there are no `pages`."""
    if not pages:
        return None
    return f"{article.question} {pages.rstrip('/')}/knowledge/{article.language}/{article.id}"


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
