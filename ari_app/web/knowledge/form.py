"""An article as the editor's form has it: what was typed, whether it makes an article or not."""

import re
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated

from fastapi import Form
from ruamel.yaml import YAML

from knowledge.article import Article, parse_article
from knowledge.errors import Problem
from knowledge.store.shapes import ArticleKey

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
"""Control characters, which no keyboard writes and no database keeps."""
_NEXT_STEP = re.compile(r"\n[ \t]*\n")

Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Typed:
    """Lists have one entry a line; of `spoken` a blank line begins the next step."""

    question: str = ""
    topic: str = ""
    category: str = ""
    system: str = ""
    kind: str = ""
    phrasings: str = ""
    terms: str = ""
    spoken: str = ""
    steps: str = ""
    owner: str = ""
    review: str = ""
    valid_from: str = ""
    valid_until: str = ""
    audience: str = ""
    sites: tuple[str, ...] = ()
    related: str = ""

    @classmethod
    def of(cls, article: Article) -> "Typed":
        return cls(
            question=article.question,
            topic=article.topic,
            category=article.category,
            system=article.system,
            kind=article.kind,
            phrasings="\n".join(article.phrasings),
            terms="\n".join(article.terms),
            spoken="\n\n".join(article.spoken_steps or (article.spoken,)),
            steps=article.steps,
            owner=article.owner,
            review=article.review.isoformat(),
            valid_from=_day(article.valid_from),
            valid_until=_day(article.valid_until),
            audience="\n".join(article.audience),
            sites=article.sites,
            related="\n".join(article.related),
        )

    def read(self, key: ArticleKey) -> Article | tuple[Problem, ...]:
        """The article, or everything that is wrong with it."""
        return parse_article(self._document(), Path(f"{key}.md"))

    def _document(self) -> str:
        spoken = [" ".join(step.split()) for step in _NEXT_STEP.split(self.spoken.strip())]
        entries: dict[str, object] = {
            "question": self.question,
            "topic": self.topic,
            "category": self.category,
            "system": self.system,
            "kind": self.kind,
            "phrasings": _lines(self.phrasings),
            "terms": _lines(self.terms),
            "spoken": spoken if len(spoken) > 1 else spoken[0],
            "review": _date(self.review),
            "owner": self.owner,
            "valid_from": _date(self.valid_from),
            "valid_until": _date(self.valid_until),
            "audience": _lines(self.audience),
            "sites": list(self.sites),
            "related": _lines(self.related),
        }
        front = StringIO()
        YAML(typ="safe", pure=True).dump({name: value for name, value in entries.items() if value}, front)
        return f"---\n{front.getvalue()}---\n{self.steps}\n"


def typed(
    question: Text = "",
    topic: Text = "",
    category: Text = "",
    system: Text = "",
    kind: Text = "",
    phrasings: Text = "",
    terms: Text = "",
    spoken: Text = "",
    steps: Text = "",
    owner: Text = "",
    review: Text = "",
    valid_from: Text = "",
    valid_until: Text = "",
    audience: Text = "",
    sites: Annotated[list[str], Form()] = [],  # noqa: B006 (fastapi copies it)
    related: Text = "",
) -> Typed:
    """A dependency: the form as it was sent."""
    return Typed(
        question=clean(question),
        topic=clean(topic),
        category=clean(category),
        system=clean(system),
        kind=clean(kind),
        phrasings=clean(phrasings),
        terms=clean(terms),
        spoken=clean(spoken),
        steps=clean(steps),
        owner=clean(owner),
        review=clean(review),
        valid_from=clean(valid_from),
        valid_until=clean(valid_until),
        audience=clean(audience),
        sites=tuple(map(clean, sites)),
        related=clean(related),
    )


def clean(text: str) -> str:
    """As browsers do not send it: lines end as ours do, and nothing is in it that nobody sees."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _lines(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := " ".join(each.split()))]


def _date(given: str) -> date | str:
    """What is no date stays as it is, to be complained of."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return given


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
