"""What an editor knows of the files: the shipped ones fit, and mistakes are underlined. # D1"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from ari_app.editions.cli import app
from dialplan.loader import SHIPPED
from dialplan.yaml_source import read_yaml
from ivr.editor_schema import KINDS, editor_schema

FILES = {
    "menus": [SHIPPED / "menus.yaml"],
    "groups": [SHIPPED / "groups.yaml"],
    "hours": [SHIPPED / "hours.yaml"],
    "probes": [SHIPPED / "probes.yaml"],
    "prompts": sorted(SHIPPED.glob("prompts.*.yaml")),
    "scenarios": sorted(SHIPPED.glob("scenarios/*.yaml")),
}


def complaints(kind: str, tree: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(editor_schema(kind)).iter_errors(tree)]


def test_every_file_of_the_shipped_dialplan_fits_its_schema() -> None:
    assert set(FILES) == set(KINDS)
    files = [(kind, file) for kind, found in FILES.items() for file in found]
    assert len(files) >= 9
    assert {file.name: complaints(kind, read_yaml(file).tree) for kind, file in files} == {
        file.name: [] for _, file in files
    }


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("menus", ("limit",), {}),
        ("menus", ("menus", "main", "asc"), "main.ask"),
        ("menus", ("menus", "My Menu"), {"ask": "main.ask", "options": []}),
        ("menus", ("intents", "mark", "then", "queue"), 5),
        ("groups", ("groups", "helpdesk", "ring_s"), "15"),
        ("hours", ("calendars", "office", "open", "mon"), ["8-18"]),
        ("probes", ("probes", "disk", "comand"), {"run": ["df"]}),
        ("probes", ("probes", "own-network", "ping", "host"), 5),
        ("prompts", ("Main.Ask",), "What is wrong?"),
        ("prompts", ("greeting",), 5),
    ],
)
def test_mistakes_are_underlined(kind: str, path: tuple[str, ...], value: Any) -> None:
    tree = read_yaml(FILES[kind][0]).tree
    part = tree
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert complaints(kind, tree)


def test_a_group_alone_is_a_queue_for_an_editor_too() -> None:
    tree = read_yaml(SHIPPED / "menus.yaml").tree
    tree["intents"]["mark"]["then"] = {"queue": "helpdesk"}
    assert complaints("menus", tree) == []


def test_keys_are_explained() -> None:
    assert "asks who he is" in json.dumps(editor_schema("menus"))


def test_the_command_prints_a_schema(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "menus"])
    assert json.loads(result.stdout)["title"] == "Hotline: menus"
    wrong = CliRunner().invoke(app, ["schema", "menu"])
    assert wrong.exit_code == 2
    assert "menus, groups, hours" in wrong.output
