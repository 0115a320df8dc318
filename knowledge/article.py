"""One article: what callers ask, what the line answers, and the full steps for whoever reads them.

An article is a Markdown file `<language>/<id>.md` whose YAML front matter holds everything but the steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge.errors import Problem

Kind = Literal["operation", "consultation", "permission", "fault"]

MAX_SPOKEN_WORDS = 65  # 25 seconds at the pace of the line's voice
MIN_PHRASINGS = 6

_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)^---\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Article:
    """`topic` is a noun phrase that completes "Is this about …?"; `category` is an id of the dialplan.

    `phrasings` is how people say it, without `question`. `spoken` takes at most 25 seconds to say. `terms` are
    words that a recognizer should know beside `system`. `steps` is Markdown.
    """

    id: str
    language: str
    question: str
    topic: str
    category: str
    system: str
    kind: Kind
    phrasings: tuple[str, ...]
    terms: tuple[str, ...]
    spoken: str
    review: date
    owner: str
    steps: str


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Line
    topic: Line
    category: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    system: Line
    kind: Kind
    phrasings: list[Line] = Field(min_length=MIN_PHRASINGS)
    terms: list[Line] = []
    spoken: Line
    review: date
    owner: Line

    @field_validator("spoken")
    @classmethod
    def _is_short(cls, spoken: str) -> str:
        if (words := spoken_length(spoken)) > MAX_SPOKEN_WORDS:
            raise ValueError(f"{words} words take more than 25 seconds to say; keep to {MAX_SPOKEN_WORDS}")
        return spoken

    @field_validator("phrasings")
    @classmethod
    def _are_different(cls, phrasings: list[str]) -> list[str]:
        seen: set[str] = set()
        for phrasing in phrasings:
            if (folded := phrasing.casefold()) in seen:
                raise ValueError(f'"{phrasing}" stands here twice')
            seen.add(folded)
        return phrasings


def spoken_length(text: str) -> int:
    """Words of `text` as they count for the time to say it; two Chinese characters count as one word, and a pause at
    Chinese punctuation takes as long."""
    han = len(_HAN.findall(text))
    return len(_HAN.sub(" ", text).split()) + (han + 1) // 2


def parse_article(text: str, file: Path) -> Article | tuple[Problem, ...]:
    """The article in `text`, or everything that is wrong with it; `file` tells its id and language."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        suggestion = "begin with a line ---, then the YAML, then another line ---"
        return (Problem(file, 1, 1, "front-matter", "no front matter", suggestion),)
    try:
        data = YAML(typ="rt").load(match["yaml"])
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
        return (Problem(file, line, column, "yaml", str(error.problem), "quote the text or mend the YAML"),)
    except YAMLError as error:
        return (Problem(file, 2, 1, "yaml", str(error), "mend the YAML"),)
    if not isinstance(data, CommentedMap):
        return (Problem(file, 2, 1, "front-matter", "the front matter is no mapping", "write `key: value` lines"),)
    problems = [] if match["body"].strip() else [_no_steps(text, file)]
    try:
        front = _FrontMatter.model_validate(_plain(data))
    except ValidationError as error:
        return (*sorted(_problems(error, data, file), key=lambda problem: problem.line), *problems)
    if problems:
        return tuple(problems)
    values = front.model_dump() | {"phrasings": tuple(front.phrasings), "terms": tuple(front.terms)}
    return Article(id=file.stem, language=file.parent.name, steps=match["body"].strip(), **values)


def _no_steps(text: str, file: Path) -> Problem:
    return Problem(file, text.count("\n") + 1, 1, "no-steps", "no full steps", "write them under the front matter")


def _plain(data: CommentedMap) -> dict[str, Any]:
    """Without ruamel's own types, on which pydantic is strict."""
    return {str(key): list(value) if isinstance(value, list) else value for key, value in data.items()}


def _problems(error: ValidationError, data: CommentedMap, file: Path) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        place = detail["loc"]
        line, column = _position(data, place)
        name = ".".join(str(part) for part in place)
        message = detail["msg"].removeprefix("Value error, ")
        yield Problem(
            file, line, column, detail["type"].replace("_", "-"), f"{name}: {message}", _suggestion(name, detail)
        )


def _position(data: CommentedMap, place: tuple[int | str, ...]) -> tuple[int, int]:
    """Line and column in the file: the front matter begins on line 2."""
    if not place or place[0] not in data:
        return 1, 1
    line, column = data.lc.key(place[0])
    value = data[place[0]]
    if len(place) > 1 and hasattr(value, "lc") and isinstance(place[1], int):
        line, column = value.lc.item(place[1])
    return line + 2, column + 1


_SUGGESTIONS = {
    "missing": "add a line `{name}: …`",
    "extra_forbidden": "remove it, or mend its spelling",
    "too_short": f"write at least {MIN_PHRASINGS} ways in which people say it on the phone",
    "literal_error": "use one of operation, consultation, permission, fault",
    "string_pattern_mismatch": "use the id of a category of the dialplan",
    "date_from_datetime_parsing": "write a date as 2027-01-31",
    "string_type": "put the text in quotes",
    "value_error": "shorten or remove it",
}


def _suggestion(name: str, detail: Any) -> str:
    return _SUGGESTIONS.get(detail["type"], "mend this value").format(name=name)
