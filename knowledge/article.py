"""One article: what callers ask, what the line answers, and the full steps for whoever reads them.

An article is a Markdown document, `<language>/<id>.md`, whose YAML front matter holds everything but the steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge.errors import Problem
from knowledge.front_matter import FrontMatterText, quick_mapping

Kind = Literal["operation", "consultation", "permission", "fault"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MAX_SPOKEN_WORDS = 65  # 25 seconds at the pace of the line's voice
MAX_SPOKEN_STEPS = 8
MIN_PHRASINGS = 6

_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)^---\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Article:
    """`topic` is a noun phrase that completes "Is this about …?"; `category` is an id of the dialplan.

    `phrasings` is how people say it, without `question`. `spoken` takes at most 25 seconds to say; of a long answer,
    which is told in parts, each of `spoken_steps` does, and `spoken` is all of them. `terms` are words that a
    recognizer should know beside `system`. `steps` is Markdown.

    Only people with one of the labels `audience` are told it, only callers of `sites` (ids of the dialplan), only from
    `valid_from` to `valid_until`, both included; empty and None: no such limit. `related` are ids of the same language.
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
    spoken_steps: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    related: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _is_short(spoken: str) -> str:
    if (words := spoken_length(spoken)) > MAX_SPOKEN_WORDS:
        raise ValueError(f"{words} words take more than 25 seconds to say; keep to {MAX_SPOKEN_WORDS}")
    return spoken


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Line
    topic: Line
    category: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    system: Line
    kind: Kind
    phrasings: list[Line] = Field(min_length=MIN_PHRASINGS)
    terms: list[Line] = []
    spoken: list[Annotated[Line, AfterValidator(_is_short)]] = Field(min_length=1, max_length=MAX_SPOKEN_STEPS)
    review: date
    owner: Line
    audience: list[Line] = []
    sites: list[Line] = []
    valid_from: date | None = None
    valid_until: date | None = None
    related: list[Id] = []

    @field_validator("spoken", mode="before")
    @classmethod
    def _in_parts(cls, spoken: object) -> object:
        return spoken if isinstance(spoken, list) else [spoken]

    @field_validator("valid_until")
    @classmethod
    def _is_not_before(cls, until: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("valid_from")
        if until is not None and first is not None and until < first:
            raise ValueError(f"{until} is before valid_from, {first}")
        return until

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
    steps = match["body"].strip()
    if steps and (quick := quick_mapping(match["yaml"])) is not None:
        try:
            return _article(_FrontMatter.model_validate(quick), steps, file)
        except ValidationError:
            pass  # it is read again for the places of what is wrong
    data = _read_with_places(match["yaml"], file)
    if isinstance(data, Problem):
        return (data,)
    problems = [] if steps else [_no_steps(text, file)]
    try:
        front = _FrontMatter.model_validate(_plain(data))
    except ValidationError as error:
        return (*sorted(_problems(error, data, file), key=lambda problem: problem.line), *problems)
    return tuple(problems) or _article(front, steps, file)


@dataclass(frozen=True, slots=True)
class Mistake:
    """In the value at `place`: a field's name, and of a list the number of the item, from 0."""

    place: tuple[int | str, ...]
    code: str
    message: str
    suggestion: str


def article_of(values: Mapping[str, object], file: Path) -> Article | tuple[Mistake, ...]:
    """The article that has these values, or everything that is wrong with them. As in front matter; `steps` is another
    one."""
    steps = values.get("steps")
    front_values = {name: value for name, value in values.items() if name != "steps"}
    mistakes: list[Mistake] = []
    if not isinstance(steps, str) or not steps.strip():
        mistakes.append(Mistake(("steps",), "no-steps", "no full steps", "write them"))
    try:
        front = _FrontMatter.model_validate(front_values)
    except ValidationError as error:
        return (*_mistakes(error, front_values), *mistakes)
    return tuple(mistakes) or _article(front, str(steps).strip(), file)


def article_text(article: Article) -> str:
    """The article as a document, always in the same form; reading it gives the same article again."""
    front = FrontMatterText()
    front.add("question", article.question)
    front.add("topic", article.topic)
    front.add("category", article.category)
    front.add("system", article.system)
    front.add("kind", article.kind)
    front.add("phrasings", article.phrasings)
    front.add("terms", article.terms)
    front.add("spoken", article.spoken_steps or article.spoken)
    front.add("review", article.review)
    front.add("owner", article.owner)
    front.add("audience", article.audience)
    front.add("sites", article.sites)
    front.add("valid_from", article.valid_from)
    front.add("valid_until", article.valid_until)
    front.add("related", article.related)
    return f"---\n{front}---\n{article.steps}\n"


def _article(front: _FrontMatter, steps: str, file: Path) -> Article:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in front}
    values["spoken"] = " ".join(front.spoken)
    parts = tuple(front.spoken) if len(front.spoken) > 1 else ()
    return Article(id=file.stem, language=file.parent.name, steps=steps, spoken_steps=parts, **values)


def _read_with_places(text: str, file: Path) -> CommentedMap | Problem:
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
        return Problem(file, line, column, "yaml", str(error.problem), "quote the text or mend the YAML")
    except (YAMLError, ValueError) as error:  # ValueError: 2027-13-31 is no date
        return Problem(file, 2, 1, "yaml", str(error), "mend the YAML")
    if not isinstance(data, CommentedMap):
        return Problem(file, 2, 1, "front-matter", "the front matter is no mapping", "write `key: value` lines")
    return data


def _no_steps(text: str, file: Path) -> Problem:
    return Problem(file, text.count("\n") + 1, 1, "no-steps", "no full steps", "write them under the front matter")


def _plain(data: CommentedMap) -> dict[str, Any]:
    """Without ruamel's own types, on which pydantic is strict."""
    return {str(key): list(value) if isinstance(value, list) else value for key, value in data.items()}


def _problems(error: ValidationError, data: CommentedMap, file: Path) -> Iterator[Problem]:
    for mistake in _mistakes(error, data):
        yield Problem(file, *_position(data, mistake.place), mistake.code, mistake.message, mistake.suggestion)


def _mistakes(error: ValidationError, data: Mapping[str, object]) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        place = detail["loc"]
        if place and not isinstance(data.get(str(place[0])), list):
            place = place[:1]  # `spoken` that is one text is read as a list of one
        name = ".".join(str(part) for part in place)
        message = f"{name}: {detail['msg'].removeprefix('Value error, ')}"
        yield Mistake(place, detail["type"].replace("_", "-"), message, _suggestion(name, detail["type"]))


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
    "too_long": f"tell it in at most {MAX_SPOKEN_STEPS} parts",
    "literal_error": "use one of operation, consultation, permission, fault",
    "string_pattern_mismatch": "use an id: small letters, digits and hyphens",
    "date_from_datetime_parsing": "write a date as 2027-01-31",
    "string_type": "put the text in quotes",
    "value_error": "shorten or remove it",
}


def _suggestion(name: str, code: str) -> str:
    if name == "spoken" and code == "too_short":
        return "write what the line says"
    return _SUGGESTIONS.get(code, "mend this value").format(name=name)
