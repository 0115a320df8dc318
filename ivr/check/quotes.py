"""Values without quotes that other programs read as something else: editors and YAML 1.1 make `true` of `yes`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dialplan.problems import Problem
from dialplan.yaml_source import YamlSource

_TRAPS = (
    (re.compile(r"^(y|n|yes|no|on|off)$", re.IGNORECASE), "true or false"),
    (re.compile(r"^[-+]?\d+(:[0-5]?\d)+$"), "a number of seconds"),
)


def check_quotes(source: YamlSource) -> Iterator[Problem]:
    for node in _texts(source.root):
        meaning = next((meaning for trap, meaning in _TRAPS if trap.match(node.value)), None)
        if node.style is None and str(node.tag).endswith(":str") and meaning is not None:
            found = source.problem((), "unquoted", f"other programs read {node.value} as {meaning}", "")
            line, column = node.start_mark.line + 1, node.start_mark.column + 1
            hint = f'put it in quotes: "{node.value}"'
            yield replace(found, line=line, column=column, severity="warning", suggestion=hint)


def _texts(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _texts(item)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _texts(key)
            yield from _texts(value)
