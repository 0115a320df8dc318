"""What is wrong with what was typed into the editor, in the words of the page."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ari_app.web.knowledge.form import Typed
from ari_app.web.knowledge.parts import Place
from knowledge.article import MAX_SPOKEN_STEPS, MAX_SPOKEN_WORDS, MIN_PHRASINGS, Article
from knowledge.errors import Problem
from knowledge.store.shapes import ArticleKey

_LONGEST_LINE = 300
_LONGEST_TEXT = 20_000
_TEXTS = frozenset({"spoken", "steps"})
_LISTS = frozenset({"phrasings", "terms", "audience", "related"})
_PLACE = re.compile(r"^(?P<field>[a-z_]+)(?:\.(?P<index>\d+))?: (?P<rest>.*)$", re.DOTALL)
_QUOTED = re.compile(r'"(.*)"', re.DOTALL)
_TEXTS_OF_CODES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "missing": ("missing", {}),
    "string-too-short": ("missing", {}),
    "string-type": ("missing", {}),
    "too-short": ("few", {"least": MIN_PHRASINGS}),
    "too-long": ("many", {"most": MAX_SPOKEN_STEPS}),
    "literal-error": ("choice", {}),
    "string-pattern-mismatch": ("id", {}),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1, in a field with an entry a line."""

    field: str
    words: str
    line: int | None = None


def faults_in(typed: Typed, key: ArticleKey, place: Place) -> tuple[Fault, ...]:
    """Everything that keeps it from being saved."""
    read = typed.read(key)
    of_article = _unknown(read, place) if isinstance(read, Article) else _translated(read, place)
    return (*_too_long(typed, place), *of_article)


def _too_long(typed: Typed, place: Place) -> Iterator[Fault]:
    for name in typed.__slots__:
        value = getattr(typed, name)
        most = _LONGEST_TEXT if name in _TEXTS else _LONGEST_LINE
        lines = value.splitlines() if name in _LISTS else value if isinstance(value, tuple) else (value,)
        for number, line in enumerate(lines, 1):
            if len(line) > most:
                words = place.words("knowledge.problem.long", most=most)
                yield Fault(name, words, number if name in _LISTS else None)


def _unknown(article: Article, place: Place) -> Iterator[Fault]:
    """What it names that there is not."""
    categories, sites = place.desk.categories(place.language), place.desk.sites(place.language)
    choose = place.words("knowledge.problem.choice")
    if categories and article.category not in categories:
        yield Fault("category", choose)
    if any(site not in sites for site in article.sites):
        yield Fault("sites", choose)
    for number, other in enumerate(article.related, 1):
        if not place.base.is_known(ArticleKey(article.language, other)) or other == article.id:
            yield Fault("related", place.words("knowledge.problem.unknown", text=other), number)


def _translated(problems: Iterable[Problem], place: Place) -> Iterator[Fault]:
    for problem in problems:
        found = _PLACE.match(problem.message)
        if problem.code == "no-steps":
            yield Fault("steps", place.words("knowledge.problem.missing"))
        elif found is None or found["field"] not in Typed.__slots__:
            yield Fault("", problem.message)
        else:
            line = int(found["index"]) + 1 if found["index"] is not None and found["field"] in _LISTS else None
            yield Fault(found["field"], _words(problem, found["field"], found["rest"], place), line)


def _words(problem: Problem, field: str, message: str, place: Place) -> str:
    if problem.code in _TEXTS_OF_CODES:
        key, slots = _TEXTS_OF_CODES[problem.code]
        return place.words(f"knowledge.problem.{key}", **slots)
    if problem.code.startswith("date"):
        return place.words("knowledge.problem.date")
    if problem.code == "value-error" and field == "spoken":
        return place.words("knowledge.problem.words", most=MAX_SPOKEN_WORDS)
    if problem.code == "value-error" and field == "valid_until":
        return place.words("knowledge.problem.before")
    if problem.code == "value-error" and (quoted := _QUOTED.search(message)):
        return place.words("knowledge.problem.twice", text=quoted[1])
    return message
