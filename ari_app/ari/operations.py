"""The operations of ARI, as the running Asterisk describes them under /ari/api-docs (Swagger 1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field

from ari_app.ari.errors import UnknownName

# Most bodies are {"<parameter>": value}; the value of this parameter is the whole body.
_WHOLE_BODY = "filter"


class Parameter(BaseModel):
    name: str
    place: str = Field(alias="paramType")
    required: bool = False


class Operation(BaseModel):
    """One operation: `nickname` is its name in Python, `answers` the model it returns (or "void")."""

    nickname: str
    method: str = Field(alias="httpMethod")
    answers: str = Field(alias="responseClass")
    path: str = ""
    parameters: list[Parameter] = []

    def request(self, arguments: Mapping[str, Any]) -> "Request":
        """The HTTP request for these arguments; those that are None are left out.

        Raises:
            UnknownName: an argument that the operation does not take, or a required one is missing.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        self._check(given)
        path, query, body = self.path, {}, None
        for parameter in self.parameters:
            if parameter.name not in given:
                continue
            value = given[parameter.name]
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", _quoted(str(value)))
            elif parameter.place == "query":
                query[parameter.name] = _text(value)
            else:
                body = value if parameter.name == _WHOLE_BODY else {parameter.name: value}
        return Request(self.method, path, query, body)

    def _check(self, given: Mapping[str, Any]) -> None:
        known = {parameter.name for parameter in self.parameters}
        if unknown := sorted(given.keys() - known):
            raise UnknownName(f"{self.nickname} takes no {', '.join(unknown)}; it takes {', '.join(sorted(known))}")
        required = {parameter.name for parameter in self.parameters if parameter.required}
        if missing := sorted(required - given.keys()):
            raise UnknownName(f"{self.nickname} needs {', '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    body: Any


class _Api(BaseModel):
    path: str
    operations: list[Operation]


class _Model(BaseModel):
    id: str


class Declaration(BaseModel):
    """One file of the api-docs: the operations of one resource, and the models it speaks of."""

    apis: list[_Api]
    models: dict[str, _Model] = {}

    def operations(self) -> dict[str, Operation]:
        return {
            operation.nickname: operation.model_copy(update={"path": api.path})
            for api in self.apis
            for operation in api.operations
        }


def _quoted(value: str) -> str:
    return quote(value, safe="")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)
