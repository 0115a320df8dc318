"""All articles, read from a folder: `<language>/<id>.md`; and `<language>/chatter.txt`, what callers say, one a
line, that is no business of the hotline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Article, parse_article
from knowledge.errors import ArticleError, Problem
from knowledge.target import Target


@dataclass(frozen=True, slots=True)
class Library:
    """Articles by language and id, in the order of their ids; chatter by language."""

    articles: Mapping[tuple[str, str], Article]
    chatter: Mapping[str, tuple[str, ...]]

    def get(self, article_id: str, language: str) -> Article | None:
        return self.articles.get((language, article_id))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({language for language, _ in self.articles}))

    def in_language(self, language: str) -> tuple[Article, ...]:
        return tuple(article for article in self.articles.values() if article.language == language)

    def targets(self, language: str) -> tuple[Target, ...]:
        """A target `article:<id>` for each article; its question counts as a phrasing."""
        return tuple(
            Target(f"article:{article.id}", (article.question, *article.phrasings))
            for article in self.in_language(language)
        )

    def vocabulary(self, language: str) -> tuple[str, ...]:
        """Systems, products and terms that callers name, for a recognizer; each once, the most frequent first."""
        spellings: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for article in self.in_language(language):
            for word in dict.fromkeys((article.system, *article.terms)):
                counts[word.casefold()] += 1
                spellings.setdefault(word.casefold(), word)
        return tuple(spellings[word] for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def load_library(folder: Path) -> Library:
    """Read every article under `folder`.

    Raises:
        ArticleError: with all the problems of all the articles.
    """
    problems: list[Problem] = []
    articles: dict[tuple[str, str], Article] = {}
    if not folder.is_dir():
        raise ArticleError((Problem(folder, 1, 1, "no-folder", "no such folder", "check the path of the articles"),))
    for file in sorted(folder.glob("*/*.md")):
        read = _read(file)
        if isinstance(read, Article):
            articles[read.language, read.id] = read
        else:
            problems += read
    chatter: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.glob("*/chatter.txt")):
        text = _text(file)
        if isinstance(text, str):
            chatter[file.parent.name] = tuple(line.strip() for line in text.splitlines() if line.strip())
        else:
            problems.append(text)
    problems += _said_twice(articles, folder)
    if problems:
        raise ArticleError(tuple(problems))
    return Library(articles, chatter)


def _read(file: Path) -> Article | tuple[Problem, ...]:
    text = _text(file)
    return parse_article(text, file) if isinstance(text, str) else (text,)


def _text(file: Path) -> str | Problem:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Problem(file, 1, 1, "unreadable", str(error), "save the file as UTF-8 text")


def _said_twice(articles: Mapping[tuple[str, str], Article], folder: Path) -> list[Problem]:
    """The same words cannot mean two articles."""
    problems = []
    first: dict[tuple[str, str], str] = {}
    for article in articles.values():
        for phrasing in (article.question, *article.phrasings):
            other = first.setdefault((article.language, phrasing.casefold()), article.id)
            if other != article.id:
                file = folder / article.language / f"{article.id}.md"
                line = _line_of(file, phrasing)
                message = f'"{phrasing}" is also a phrasing of {other}'
                problems.append(Problem(file, line, 1, "said-twice", message, "keep it in one of the two"))
    return problems


def _line_of(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)
