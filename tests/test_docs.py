"""What can be set or called is documented: a key, prompt or command that docs/ does not name fails here. # D13"""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from ari_app.cli import app
from ari_app.settings import Settings
from dialplan.groups import GroupsFile
from dialplan.hours import HoursFile
from dialplan.monitor import MonitorFile
from dialplan.probes import ProbesFile
from dialplan.prompts import REQUIRED
from dialplan.schema import MenusFile
from ivr.check.prompts import SLOTS
from ivr.scenario import ScenarioFile

FILES = (MenusFile, GroupsFile, HoursFile, MonitorFile, ProbesFile, ScenarioFile)
ROOT = Path(__file__).parents[1]
ADMINS = (ROOT / "docs" / "admins.md").read_text(encoding="utf-8")


# Parts that stand in many places are documented once, under the key where they mostly stand.
SHARED = {"Action": "then", "When": "when"}


def keys(model: type[BaseModel]) -> set[str]:
    """Every key of a file as docs/admins.md writes it: `menus.<name>.options.key`, list items without an index."""
    schema = model.model_json_schema(by_alias=True)
    return set(_keys(schema, schema, ""))


def _keys(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in node:
        part = node["$ref"].rsplit("/", 1)[1]
        if path.startswith(f"{SHARED.get(part)}."):  # a part within itself
            return
        node, path = schema["$defs"][part], SHARED.get(part, path)
    for choice in node.get("anyOf", ()):
        yield from _keys(schema, choice, path)
    for name, part in node.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        yield here
        yield from _keys(schema, part, here)
    if isinstance(node.get("items"), dict):
        yield from _keys(schema, node["items"], path)
    for part in (*node.get("patternProperties", {}).values(), node.get("additionalProperties")):
        if isinstance(part, dict):
            yield from _keys(schema, part, f"{path}.*")


def documented(text: str) -> set[str]:
    """What stands in backquotes, with every `<…>` as `*`."""
    return {re.sub(r"<[^>]*>", "*", quoted) for quoted in re.findall(r"`([^`\n]+)`", text)}


@pytest.mark.parametrize("model", FILES)
def test_every_key_of_the_dialplan_is_documented(model: type[BaseModel]) -> None:
    known = documented(ADMINS) | {"groups"}
    assert sorted(keys(model) - known) == []


@pytest.mark.parametrize("model", FILES)
def test_no_key_is_documented_that_does_not_exist(model: type[BaseModel]) -> None:
    first = {key.partition(".")[0] for key in keys(model)}
    told = {key for key in documented(ADMINS) if "." in key and key.partition(".")[0] in first and " " not in key}
    files = {key for key in told if key.endswith(".yaml")}
    assert sorted(told - keys(model) - files) == []


def test_every_prompt_is_documented_with_its_slots() -> None:
    assert sorted(set(REQUIRED) - documented(ADMINS)) == []
    rows = ADMINS.partition("## prompts.")[2].splitlines()
    for prompt, slots in SLOTS.items():
        row = next(line for line in rows if f"`{prompt}`" in line and line.startswith("|"))
        assert all(f"{{{slot}}}" in row for slot in slots)


def test_every_reason_for_a_person_is_documented() -> None:
    told = (file.read_text(encoding="utf-8") for file in (ROOT / "ivr").glob("*.py"))
    raised = {reason for text in told for reason in re.findall(r'(?:PersonWanted|hand_over)\((?:talk, )?"(\w+)"', text)}
    assert {"asked", "no_input"} <= raised
    assert sorted(raised - documented(ADMINS)) == []


def commands() -> Iterator[str]:
    """`hotline a`, `hotline a b` … of all commands that there are."""
    root = get_command(app)

    def walk(command: Any, name: str) -> Iterator[str]:
        if not isinstance(command, TyperGroup):
            yield name
            return
        context = Context(command)
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            if not inner.hidden:
                yield from walk(inner, f"{name} {child}")

    return walk(root, "hotline")


def test_every_command_is_documented() -> None:
    docs = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [command for command in commands() if command not in docs] == []


def settings() -> set[str]:
    """Every setting as docs/operators.md writes it: `section.key`."""
    found = set()
    for part in dataclasses.fields(Settings):
        if dataclasses.is_dataclass(part.type):
            found |= {f"{part.name}.{key.name}" for key in dataclasses.fields(part.type)}
        elif part.name != "environment":
            found.add(part.name)
    return found


def test_every_setting_is_documented_for_operators() -> None:
    told = documented((ROOT / "docs" / "operators.md").read_text(encoding="utf-8"))
    assert sorted(settings() - told) == []


def test_no_setting_is_documented_that_does_not_exist() -> None:
    told = documented((ROOT / "docs" / "operators.md").read_text(encoding="utf-8"))
    sections = {name.partition(".")[0] for name in settings() if "." in name}
    assert sorted(name for name in told - settings() if "." in name and name.partition(".")[0] in sections) == []
