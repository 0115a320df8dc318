"""What is wrong with a value, in the words of somebody who writes a dialplan."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

Path = tuple[Any, ...]
Written = Callable[[Sequence[Any]], str | None]


class Explanation(NamedTuple):
    """A problem and the path to the value that has it."""

    path: Path
    code: str
    message: str
    suggestion: str


# What a text must look like, by the pattern that it has to match.
FORMS: Mapping[str, tuple[str, str]] = {
    r"^[a-z]{2}$": ("a language", "write a code of two small letters, such as 'en'"),
    r"^[0-9*#]$": ("a key of a telephone", "write one of 0 to 9, * and #, in quotes"),
    r"^[0-9*#]+$": ("keys of a telephone", "write only 0 to 9, * and #, in quotes"),
    r"^[a-z0-9][a-z0-9-]*$": ("a name", "use small letters, digits and hyphens"),
    r"^[a-z0-9_]+(\.[a-z0-9_]+)*$": ("the name of a prompt", "write it like 'main.ask'"),
    r"^https?://\S+$": ("a web address", "begin with https://"),
    r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$": ("a span of time", "write it like '08:00-18:00'"),
}
_TYPES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), ("not-a-number", "a whole number is expected")),
    **dict.fromkeys(("float_type", "float_parsing"), ("not-a-number", "a number is expected")),
    "bool_type": ("not-true-or-false", "true or false is expected"),
    "tuple_type": ("structure", "a list is expected"),
    "dict_type": ("structure", "a mapping (key: value) is expected"),
    "model_type": ("structure", "a mapping (key: value) is expected"),
    "model_attributes_type": ("structure", "a mapping (key: value) is expected"),
}
_FEW = 12
_SHAPES = {"tuple_type": "write it in brackets: [a, b]", "dict_type": "write 'key: value' lines, indented"}


def explain(error: ValidationError, model: type[BaseModel], tree: Any, written: Written) -> Iterator[Explanation]:
    """Every problem of `error`; `tree` is the data that was refused, `written` tells how a value stands in the file."""
    details = [(_real_path(tree, detail), detail) for detail in error.errors(include_url=False)]
    for path, detail in details:
        # Of a choice between kinds all are complained of: only what is wrong deeper inside the nearest one helps.
        if not any(len(other) > len(path) and other[: len(path)] == path for other, _ in details):
            yield _explain(path, model, detail, written)


def _explain(path: Path, model: type[BaseModel], detail: Any, written: Written) -> Explanation:
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return Explanation(path, "unknown-key", f"unknown key '{path[-1]}'", _nearest_key(path, model))
    if kind == "missing":
        return Explanation(path, "missing-key", f"'{path[-1]}' is missing", f"add '{path[-1]}:' here")
    if kind == "string_type":
        return _not_text(path, value, written(path))
    if kind == "string_pattern_mismatch":
        what, hint = FORMS[detail["ctx"]["pattern"]]
        return Explanation(path, "bad-form", f"'{value}' is not {what}", _corrected(value, detail) or hint)
    if kind in ("literal_error", "enum"):
        known = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"])) or [str(detail["ctx"]["expected"])]
        return Explanation(path, "unknown-value", f"'{value}' is not possible here", did_you_mean(str(value), known))
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = "at least" if kind.startswith("greater") else "at most"
        limit = detail["ctx"]["ge" if kind.startswith("greater") else "le"]
        return Explanation(path, "out-of-range", f"{value} is not possible here", f"write {bound} {limit}")
    if kind == "too_short":
        return Explanation(path, "empty", f"'{path[-1]}' must not be empty", "name at least one")
    if kind.startswith("date"):
        return Explanation(path, "bad-date", f"'{value}' is no date", "write it like 2026-12-25")
    if kind in _TYPES:
        code, message = _TYPES[kind]
        return Explanation(path, code, f"{message}, not {value!r:.40}", _SHAPES.get(kind, _without_quotes(value)))
    message, _, hint = detail["msg"].removeprefix("Value error, ").partition("; ")
    return Explanation(path, "bad-value", message, hint or "see docs/admins.md")


def _not_text(path: Path, value: Any, written: str | None) -> Explanation:
    if value is None:
        return Explanation(path, "not-text", f"the text of '{path[-1]}' is missing", "write it in quotes")
    if isinstance(value, list | dict):
        return Explanation(path, "not-text", "one text is expected here", "write one text in quotes")
    shown = written or str(value)
    return Explanation(path, "not-text", f"a text is expected, and {shown} is none", f'put it in quotes: "{shown}"')


def _without_quotes(value: Any) -> str:
    return f"write {value} without quotes" if isinstance(value, str) and value.isdigit() else ""


def _corrected(value: str, detail: Any) -> str:
    """A name as it was probably meant."""
    pattern = detail["ctx"]["pattern"]
    slug = re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-")
    return f"did you mean '{slug}'?" if slug and "-]*" in pattern and re.match(pattern, slug) else ""


def _real_path(tree: Any, detail: Any) -> Path:
    """The steps of an error's place that are in the data: pydantic also counts keys and the kinds of a choice."""
    path: list[Any] = []
    node, steps = tree, detail["loc"]
    for number, step in enumerate(steps):
        in_list = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if in_list or (isinstance(node, dict) and step in node):
            path.append(step)
            node = node[step]
        elif detail["type"] == "missing" and number == len(steps) - 1:
            path.append(step)
    return tuple(path)


def _nearest_key(path: Path, model: type[BaseModel]) -> str:
    return did_you_mean(str(path[-1]), _known_keys(model, path[:-1]))


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand where `path` leads: found by walking the JSON schema of the model."""
    schema = _schema(model)
    node: dict[str, Any] = schema
    for step in path:
        node = _resolve(schema, node)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            of_any_name = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
            node = node.get("properties", {}).get(str(step)) or of_any_name or {}
    return list(_resolve(schema, node).get("properties", {}))


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[1]]
            return found
    return node


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The suggestion for a word that is not among the known ones: the nearest of them, or all when they are few."""
    near = nearest(word, known)
    if near:
        return f"did you mean '{near}'?"
    return f"known here: {', '.join(known)}" if known and len(known) <= _FEW else ""


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    hit = process.extractOne(word, known, scorer=Levenshtein.normalized_similarity, score_cutoff=0.5)
    return hit[0] if hit else None
