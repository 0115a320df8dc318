"""Articles that menus name and that are not there, and articles of a category that is not there."""

from collections.abc import Iterator

from dialplan.explanations import did_you_mean
from dialplan.problems import Problem
from dialplan.walk import actions
from ivr.check.subject import Subject
from knowledge.article import Article


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


def at_article(subject: Subject, article: Article, text: str, code: str, message: str, hint: str) -> Problem:
    """A problem at the first line of an article that holds `text`."""
    file = subject.articles / article.language / f"{article.id}.md"
    lines = file.read_text(encoding="utf-8").splitlines()
    number, column = next(((line, words.index(text)) for line, words in enumerate(lines, 1) if text in words), (1, 0))
    return Problem(str(file), number, column + 1, "error", code, message, hint)
