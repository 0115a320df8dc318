"""JSON Schemas of the files of a dialplan: editors complete keys with them, and explain them while one writes."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from dialplan.groups import GroupsFile
from dialplan.hours import HoursFile
from dialplan.probes import ProbesFile
from dialplan.prompts import REQUIRED
from dialplan.schema import MenusFile
from ivr.scenario import ScenarioFile

_MODELS: Mapping[str, type[BaseModel]] = {
    "menus": MenusFile,
    "groups": GroupsFile,
    "hours": HoursFile,
    "probes": ProbesFile,
    "scenarios": ScenarioFile,
}
KINDS = (*_MODELS, "prompts")


def editor_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `KINDS`."""
    schema = _prompts() if kind == "prompts" else _MODELS[kind].model_json_schema()
    found: dict[str, Any] = _strict(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Hotline: {kind}"} | found


def _prompts() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "properties": dict.fromkeys(REQUIRED, text),
        "required": list(REQUIRED),
        "patternProperties": {r"^[a-z0-9_]+(\.[a-z0-9_]+)*$": text},
    }


def _strict(node: Any) -> Any:
    """Names that do not look like names are wrong: pydantic leaves that out of its schemas."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    strict = {key: _strict(value) for key, value in node.items() if key != "title" or not isinstance(value, str)}
    return strict if "patternProperties" not in node else {"additionalProperties": False} | strict
