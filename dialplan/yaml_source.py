"""YAML files read with the place of every value kept.

ruamel.yaml is used because it keeps positions, rejects duplicate keys and reads YAML 1.2 (where `no` is a word
and `0123` does not become 83).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dialplan.problems import DialplanError, Problem

Place = tuple[int, int]
Steps = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file: its plain `data`, and `place(path)` of anything in it."""

    file: Path
    tree: Any

    def place(self, path: Sequence[str | int]) -> Place:
        """Line and column (from 1) of the innermost part of `path` that exists."""
        node, place = self.tree, (1, 1)
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line, column = node.lc.key(step)
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line, column = node.lc.item(step)
            else:
                break
            node, place = node[step], (line + 1, column + 1)
        return place

    def problem(self, path: Sequence[str | int], code: str, message: str, suggestion: str = "") -> Problem:
        line, column = self.place(path)
        return Problem(str(self.file), line, column, "error", code, message, suggestion)


def read_yaml(file: Path) -> YamlSource:
    """Parse one file.

    Raises:
        DialplanError: it cannot be read, is not UTF-8, too large, or not valid YAML.
    """

    def refuse(code: str, message: str, suggestion: str, place: Place = (1, 1)) -> DialplanError:
        return DialplanError([Problem(str(file), *place, "error", code, message, suggestion)])

    try:
        if file.stat().st_size > MAX_BYTES:
            raise refuse(
                "too-large", f"the file is larger than {MAX_BYTES // 1000} kB", "split it, or check its content"
            )
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise refuse("not-utf-8", f"not a UTF-8 text (byte {error.start})", "save the file as UTF-8") from error
    except OSError as error:
        raise refuse("unreadable", error.strerror or str(error), "check the path and its rights") from error
    try:
        return YamlSource(file, YAML(typ="rt").load(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = (error.problem or "not valid YAML").splitlines()[0]
        raise refuse("yaml", message, "check indentation, quotes and colons near here", place) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise refuse("yaml", str(error).splitlines()[0], "check the file's structure") from error


def validate(source: YamlSource, model: type[Model]) -> Model:
    """The file as `model`.

    Raises:
        DialplanError: with every problem and its place.
    """
    if not isinstance(source.tree, Mapping):
        raise DialplanError(
            [source.problem((), "structure", "a mapping (key: value) is expected", "see docs/admins.md")]
        )
    try:
        return model.model_validate(_plain(source.tree))
    except ValidationError as error:
        raise DialplanError([_explain(source, model, detail) for detail in error.errors()]) from error


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def _explain(source: YamlSource, model: type[BaseModel], detail: Any) -> Problem:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    kind = detail["type"]
    if kind == "extra_forbidden":
        near = nearest(str(path[-1]), _known_keys(model, path[:-1]))
        return source.problem(
            path, "unknown-key", f"unknown key '{path[-1]}'", f"did you mean '{near}'?" if near else ""
        )
    if kind == "missing":
        return source.problem(path, "missing-key", f"'{path[-1]}' is missing", f"add '{path[-1]}:' here")
    if kind == "string_type":
        return source.problem(path, "not-text", f"a text is expected, not {detail['input']!r}", "put it in quotes")
    return source.problem(path, kind.replace("_", "-"), detail["msg"])


def _known_keys(model: type[BaseModel], path: Steps) -> list[str]:
    """The keys that may stand where `path` leads: found by walking the JSON schema of the model."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for step in path:
        node = _resolve(schema, node)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            of_any_name = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
            node = node.get("properties", {}).get(step) or of_any_name or {}
    return list(_resolve(schema, node).get("properties", {}))


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[1]]
            return found
    return node


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    hit = process.extractOne(word, known, scorer=Levenshtein.normalized_similarity, score_cutoff=0.5)
    return hit[0] if hit else None
