"""What can be measured with one click, or while the caller waits: what may stand in probes.yaml."""

import re
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from dialplan.names import Name, Part, PromptKey, Texts

Scalar = StrictStr | StrictBool | StrictInt | StrictFloat

FACTS = ("caller.number", *(f"person.{fact}" for fact in ("employee_number", "site", "department", "email", "mobile")))
"""Placeholders beside `field.<slot>`: what is known of the caller."""
KINDS = ("http", "ping", "tcp", "command", "monitoring")


def _regular(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"'{pattern}' is no regular expression: {error}") from None
    return pattern


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Pattern = Annotated[StrictStr, AfterValidator(_regular)]
Url = Annotated[StrictStr, Field(pattern=r"^https?://\S+$")]
Numbers = Annotated[tuple[StrictInt, ...], BeforeValidator(_listed, StrictInt | list[StrictInt])]
Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(_listed, Scalar | list[Scalar])]


class HttpProbe(Part):
    """A page answers with one of these statuses, and `words` stand in it."""

    url: Url
    status: Numbers = (200,)
    words: StrictStr | None = None


class PingProbe(Part):
    """A machine answers to ping."""

    host: StrictStr


class TcpProbe(Part):
    """A connection can be made."""

    host: StrictStr
    port: StrictInt = Field(ge=1, le=65535)


class CommandProbe(Part):
    """A program ends with one of these codes, and `pattern` is found in what it prints. No shell has a part in it."""

    run: tuple[StrictStr, ...] = Field(min_length=1)
    exit: Numbers = (0,)
    pattern: Pattern | None = None


class MonitoringProbe(Part):
    """A monitoring system says by JSON how something stands: the value at `path` ("data.0.state") is one of `ok`, or
    one of `fault`; where only one of them is given, all other values mean the other.

    `secret` names a file in the folder of secrets, with the header line that the system wants to see.
    """

    url: Url
    secret: Name | None = None
    path: StrictStr = Field(min_length=1)
    ok: Scalars = ()
    fault: Scalars = ()

    @model_validator(mode="after")
    def _knows_a_value(self) -> Self:
        if not self.ok and not self.fault:
            raise ValueError("'ok' or 'fault' is needed: which values are good, which are bad?")
        return self


class Said(Part):
    """What the caller hears of the verdict."""

    ok: PromptKey | None = None
    fault: PromptKey | None = None


class Probe(Part):
    """Exactly one of http, ping, tcp, command and monitoring, in at most so many `seconds`. It is offered first for
    tickets of its `categories`."""

    name: Texts
    categories: tuple[Name, ...] = ()
    seconds: StrictInt = Field(5, ge=1, le=30)
    says: Said = Said()
    http: HttpProbe | None = None
    ping: PingProbe | None = None
    tcp: TcpProbe | None = None
    command: CommandProbe | None = None
    monitoring: MonitoringProbe | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)} is needed")
        return self

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


class ProbesFile(Part):
    """probes.yaml. `values` are the forms (regular expressions) of what stands in for placeholders; one that is not
    here consists of letters, digits, dots, hyphens and underscores."""

    values: dict[StrictStr, Pattern] = Field(default_factory=dict)
    probes: dict[Name, Probe] = Field(default_factory=dict)
