"""YAML files read with the place of every value kept, and checked against a model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dialplan.explanations import explain
from dialplan.problems import DialplanError, Problem
from dialplan.yaml_nodes import RefusedYaml, YamlText

Place = tuple[int, int]
Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 500_000  # read in two seconds
_OPENED = ("while scanning a quoted scalar", "while parsing a flow sequence", "while parsing a flow mapping")


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed file: its plain data as `tree`, and `place(path)` of anything in it."""

    file: Path
    tree: Any
    root: Node | None

    def place(self, path: Sequence[Any]) -> Place:
        """Line and column (from 1) of the innermost part of `path` that exists: its key, or itself in a list."""
        found = list(self._walk(path))
        return _place(found[-1][0]) if found else (1, 1)

    def written(self, path: Sequence[Any]) -> str | None:
        """How a scalar stands in the file, without quotes; None when `path` leads to none."""
        found = list(self._walk(path))
        node = found[-1][1] if len(found) == len(path) and found else None
        return str(node.value) if isinstance(node, ScalarNode) else None

    def problem(self, path: Sequence[Any], code: str, message: str, suggestion: str = "") -> Problem:
        return Problem(str(self.file), *self.place(path), "error", code, message, suggestion)

    def warning(self, path: Sequence[Any], code: str, message: str, suggestion: str = "") -> Problem:
        return replace(self.problem(path, code, message, suggestion), severity="warning")

    def _walk(self, path: Sequence[Any]) -> Iterator[tuple[Node, Node]]:
        """For each step of `path` where it is (the key, or the item of a list), and its value."""
        node = self.root
        for step in path:
            found = _step(node, step)
            if found is None:
                return
            yield found
            node = found[1]


def read_yaml(file: Path) -> YamlSource:
    """Parse one file.

    Raises:
        DialplanError: it cannot be read, is not UTF-8, too large, or not valid YAML; or has keys twice.
    """
    try:
        text = YamlText(_content(file))
    except RefusedYaml as error:
        fault = error.fault
        raise _refused(file, fault.code, fault.message, fault.suggestion, _place(fault)) from error
    except MarkedYAMLError as error:
        raise _refused(file, "yaml", *_told(error)) from error
    except (YAMLError, ValueError) as error:
        raise _refused(file, "yaml", str(error).splitlines()[0], "check the file's content") from error
    if faults := list(text.faults()):
        refused = [_refused(file, one.code, one.message, one.suggestion, _place(one)) for one in faults]
        raise DialplanError([problem for error in refused for problem in error.problems])
    return YamlSource(file, text.plain(), text.root)


def _content(file: Path) -> str:
    """The text of a file, without the mark that some editors put in front, and with the line ends of this system."""
    try:
        if file.exists() and not file.is_file():
            raise _refused(file, "unreadable", "this is no file", "put a YAML file here")
        if file.stat().st_size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1000} kB"
            raise _refused(file, "too-large", message, "split it, or check its content")
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        message = f"not a UTF-8 text (byte {error.start})"
        raise _refused(file, "not-utf-8", message, "save the file as UTF-8") from error
    except FileNotFoundError as error:
        raise _refused(file, "unreadable", "the file is missing", "write it, or check the folder") from error
    except OSError as error:
        message = error.strerror or str(error)
        raise _refused(file, "unreadable", message, "check the path and its rights") from error


def _refused(file: Path, code: str, message: str, suggestion: str, place: Place = (1, 1)) -> DialplanError:
    return DialplanError([Problem(str(file), *place, "error", code, message, suggestion)])


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
        return model.model_validate(source.tree)
    except ValidationError as error:
        found = explain(error, model, source.tree, source.written)
        raise DialplanError([source.problem(*explanation) for explanation in found]) from error


def _step(node: Node | None, step: Any) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _place(marked: Any) -> Place:
    mark = getattr(marked, "mark", None) or marked.start_mark
    return mark.line + 1, mark.column + 1


def _told(error: MarkedYAMLError) -> tuple[str, str, Place]:
    """Message, suggestion and place. What is not closed is shown where it was opened, not where that was noticed."""
    opened, noticed = error.context_mark, error.problem_mark or error.context_mark
    message = (error.problem or "not valid YAML").splitlines()[0]
    if noticed is None:
        return message, _hint(message), (1, 1)
    is_open = error.context in _OPENED and opened is not None and opened.line < noticed.line
    if is_open:
        hint = "close it with the same quote or bracket"
        return (
            f"what is opened here is not closed before line {noticed.line + 1}",
            hint,
            (opened.line + 1, opened.column + 1),
        )
    return message, _hint(message), (noticed.line + 1, noticed.column + 1)


def _hint(message: str) -> str:
    if r"'\t'" in message:
        return "indent with spaces, not with tabs"
    if "could not find expected ':'" in message or "mapping values are not allowed" in message:
        return "put texts that hold a colon in quotes"
    return "check indentation, quotes and colons near here"
