"""Articles that menus name and that are not there, and articles that name what is not there or that nobody is told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dialplan.explanations import did_you_mean
from dialplan.problems import Problem
from dialplan.walk import actions
from ivr.check.subject import Subject
from knowledge.article import Article
from knowledge.library import Library

_LABEL = re.compile(r"[a-z0-9][a-z0-9-]*")
"""How the directory has the labels of people."""


def check_articles(subject: Subject) -> Iterator[Problem]:
    library, categories = subject.library, list(subject.menus.categories)
    if library is None:
        return
    for spot, action in actions(subject.files):
        missing = [
            language
            for language in subject.menus.languages
            if action.article is not None and library.get(action.article, language) is None
        ]
        if missing:
            known = [article.id for article in library.articles.values()]
            message = f"there is no article '{action.article}' in {' and '.join(map(repr, missing))}"
            hint = did_you_mean(str(action.article), [name for name in known if name != action.article])
            hint = hint if len(missing) == len(subject.menus.languages) else "write it in this language too"
            yield subject.error(spot / "article", "unknown-article", message, hint)
    for article in library.articles.values():
        if article.category not in categories:
            message = f"there is no category '{article.category}'"
            hint = did_you_mean(article.category, categories)
            yield at_article(subject, article, "category:", "unknown-category", message, hint)
        yield from _check_names(subject, article, library)
        yield from _check_validity(subject, article)


def _check_names(subject: Subject, article: Article, library: Library) -> Iterator[Problem]:
    """Sites, labels and further articles."""
    sites = list(subject.menus.sites)
    for site in article.sites:
        if site not in sites:
            hint = did_you_mean(site, sites)
            yield _at_item(subject, article, "sites", site, "unknown-site", f"there is no site '{site}'", hint)
    ids = [other.id for other in library.in_language(article.language) if other.id != article.id]
    for other in article.related:
        if other not in ids:
            what = "is this one" if other == article.id else f"is not there in '{article.language}'"
            message, hint = f"the related article '{other}' {what}", did_you_mean(other, ids)
            yield _at_item(subject, article, "related", other, "unknown-article", message, hint)
    for label in article.audience:
        if _LABEL.fullmatch(label) is None:
            message, hint = f"nobody can have the label '{label}'", "use small letters, digits and hyphens"
            yield _at_item(subject, article, "audience", label, "unknown-label", message, hint)


def _check_validity(subject: Subject, article: Article) -> Iterator[Problem]:
    if article.valid_until is not None and article.valid_until < subject.today:
        message = f"nobody is told it since {article.valid_until}"
        hint = "retire it, or set a later day"
        yield replace(at_article(subject, article, "valid_until:", "expired", message, hint), severity="warning")


def _at_item(subject: Subject, article: Article, key: str, item: str, code: str, message: str, hint: str) -> Problem:
    """A problem at an item of the list `key`."""
    problem = at_article(subject, article, f"{key}:", code, message, hint)
    lines = Path(problem.file).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[problem.line - 1 :], problem.line):
        if item in line:
            return replace(problem, line=number, column=line.index(item) + 1)
    return problem


def at_article(subject: Subject, article: Article, text: str, code: str, message: str, hint: str) -> Problem:
    """A problem at the first line of an article that holds `text`."""
    file = subject.articles / article.language / f"{article.id}.md"
    lines = file.read_text(encoding="utf-8").splitlines()
    number, column = next(((line, words.index(text)) for line, words in enumerate(lines, 1) if text in words), (1, 0))
    return Problem(str(file), number, column + 1, "error", code, message, hint)
