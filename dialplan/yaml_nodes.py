"""The YAML of a dialplan: a plain part of YAML 1.2, in which everything has one meaning and one place.

ruamel.yaml reads YAML 1.2 (where `no` is a word) and keeps positions. What a dialplan does not need is refused while it
is being read, before it costs time or memory: aliases (a few lines can stand for gigabytes, or for themselves), tags,
and nesting that no sensible file has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import StreamMark
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_DEPTH = 30
_CORE = "tag:yaml.org,2002:"
_KINDS = "str int float bool null timestamp merge value seq map"
_KNOWN_TAGS = {_CORE + kind for kind in _KINDS.split()}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the text that a dialplan must not have."""

    mark: StreamMark
    code: str
    message: str
    suggestion: str


class RefusedYaml(ComposerError):
    """Reading was given up."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(None, None, fault.message, fault.mark)
        self.fault = fault


class _PlainComposer(Composer):
    """Gives up at aliases and at too deep a nesting."""

    _open_parts = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            message = f"*{event.anchor} stands for something written elsewhere, which a dialplan does not allow"
            raise RefusedYaml(Fault(event.start_mark, "alias", message, "write it out"))
        self._open_parts += 1
        if self._open_parts > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            raise RefusedYaml(Fault(event.start_mark, "too-deep", message, "look for brackets that are not closed"))
        node = super().compose_node(parent, index)
        self._open_parts -= 1
        return node


class YamlText:
    """A text read into nodes; `root` is None when it is empty.

    Raises (on construction):
        RefusedYaml, or another YAMLError of ruamel.
    """

    def __init__(self, text: str) -> None:
        reader = YAML(typ="safe", pure=True)
        reader.Composer = _PlainComposer
        self.root: Node | None = reader.compose(text)
        self._constructor = reader.constructor

    def faults(self) -> Iterator[Fault]:
        """Keys that stand twice, and tags."""
        return _faults(self.root) if self.root is not None else iter(())

    def plain(self) -> Any:
        """The whole as plain data. Keys are texts as they are written, whatever they look like."""
        return None if self.root is None else self._plain(self.root)

    def _plain(self, node: Node) -> Any:
        if isinstance(node, MappingNode):
            return {key.value: self._plain(value) for key, value in node.value}
        if isinstance(node, SequenceNode):
            return [self._plain(item) for item in node.value]
        return self._scalar(node)

    def _scalar(self, node: Node) -> Any:
        """The value of a scalar; one that only looks like a date is a text."""
        if node.tag in (_CORE + "merge", _CORE + "value"):
            return node.value
        try:
            return self._constructor.construct_object(node)
        except ValueError:
            return node.value


def _faults(node: Node) -> Iterator[Fault]:
    if node.tag not in _KNOWN_TAGS:
        yield Fault(node.start_mark, "yaml", f"the tag {node.tag} is not allowed", "write the value without it")
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _faults(item)
    elif isinstance(node, MappingNode):
        yield from _faults_of_mapping(node)


def _faults_of_mapping(node: MappingNode) -> Iterator[Fault]:
    first: dict[str, StreamMark] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            yield Fault(key.start_mark, "yaml", "a key must be one word or text", "check the brackets and the '?' here")
            continue
        if key.value in first:
            mark = first[key.value]
            message = f"'{key.value}' is already in line {mark.line + 1}, column {mark.column + 1}"
            yield Fault(key.start_mark, "duplicate-key", message, "join the two, or remove one")
        first.setdefault(key.value, key.start_mark)
        yield from _faults(key)
        yield from _faults(value)
