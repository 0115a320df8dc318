"""`{person.site}`: gaps in a probe that are filled with what is known of the caller, and where they may stand."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dialplan.explanations import did_you_mean
from dialplan.names import Part
from dialplan.probes import FACTS, CommandProbe, Probe
from dialplan.problems import Problem
from dialplan.walk import Files
from dialplan.yaml_source import YamlSource

GAP = re.compile(r"\{([^{}]*)\}")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish"})
_FILLED = ("url", "host", "run")


def placeholders_of(probe: Probe) -> tuple[str, ...]:
    """Those that stand in it, each once."""
    texts = (text for _, text in _texts(getattr(probe, probe.kind)))
    return tuple(dict.fromkeys(name for text in texts for name in GAP.findall(text)))


def check_placeholders(files: Files, source: YamlSource) -> Iterator[Problem]:
    """Names that nothing fills, and places in which what a caller says must not stand."""
    if files.probes is None:
        return
    known = [*FACTS, *(f"field.{slot}" for slot in files.menus.slots)]
    for name in files.probes.values:
        if name not in known:
            hint = did_you_mean(name, known)
            yield source.problem(("values", name), "unknown-placeholder", f"nothing is called '{name}'", hint)
    for name, probe in files.probes.probes.items():
        path = ("probes", name, probe.kind)
        for step, text in _texts(getattr(probe, probe.kind)):
            for gap in GAP.findall(text):
                if gap not in known:
                    message, hint = f"nothing fills {{{gap}}}", did_you_mean(gap, known)
                    yield source.problem((*path, *step), "unknown-placeholder", message, hint)
            yield from _misplaced((*path, *step), text, source)
        if probe.command is not None:
            yield from _shell((*path, "run"), probe.command, source)


def _misplaced(path: tuple[Any, ...], text: str, source: YamlSource) -> Iterator[Problem]:
    if "url" in path and GAP.search(urlsplit(text).netloc):
        message = "a placeholder must not stand in the address of a server"
        yield source.problem(path, "misplaced-placeholder", message, "it may stand after the address: in path or query")
    if path[-2] == "run" and GAP.search(text) and (path[-1] == 0 or not GAP.fullmatch(text)):
        message = "a placeholder is a whole argument of a command, and never its name"
        yield source.problem(path, "misplaced-placeholder", message, "write it as an item of its own")


def _shell(path: tuple[Any, ...], command: CommandProbe, source: YamlSource) -> Iterator[Problem]:
    program, *arguments = command.run
    takes_text = (argument.startswith("-") and "c" in argument for argument in arguments)
    if program.rpartition("/")[2] in _SHELLS and any(takes_text):
        message = "a shell would take what a caller says for commands"
        yield source.problem(path, "shell", message, "name the program itself and its arguments")


def _texts(kind: Part) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts that are filled, each with the steps that lead to it."""
    for field in _FILLED:
        value = getattr(kind, field, None)
        if isinstance(value, str):
            yield (field,), value
        elif value is not None:
            yield from (((field, index), text) for index, text in enumerate(value))
