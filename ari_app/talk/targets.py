"""To whom an agent can hand a caller on, and whom he can ask meanwhile: as he writes it, and as a value."""

import re
from dataclasses import dataclass

from ari_app.talk.errors import UnknownTarget


@dataclass(frozen=True, slots=True)
class ToAgent:
    agent: str

    def __str__(self) -> str:
        return f"agent:{self.agent}"


@dataclass(frozen=True, slots=True)
class ToGroup:
    """Whoever of the group; of its `level` (1: the first) and those after it."""

    group: str
    level: int = 1

    def __str__(self) -> str:
        return f"group:{self.group}" if self.level == 1 else f"tier:{self.group}/{self.level}"


@dataclass(frozen=True, slots=True)
class ToNumber:
    number: str

    def __str__(self) -> str:
        return f"number:{self.number}"


@dataclass(frozen=True, slots=True)
class ToSupplier:
    supplier: str

    def __str__(self) -> str:
        return f"supplier:{self.supplier}"


Target = ToAgent | ToGroup | ToNumber | ToSupplier

_FORMS = "agent:NAME, group:NAME, tier:GROUP/2, number:+49…, supplier:NAME"


def read_target(text: str) -> Target:
    """
    Raises:
        UnknownTarget: it is of none of the forms.
    """
    kind, _, name = text.strip().partition(":")
    match kind:
        case "agent" if name:
            return ToAgent(name)
        case "group" if name:
            return ToGroup(name)
        case "tier" if found := re.fullmatch(r"(.+)/([1-9])", name):
            return ToGroup(found[1], int(found[2]))
        case "number" if re.fullmatch(r"\+?[0-9 ]{2,25}", name):
            return ToNumber(name.replace(" ", ""))
        case "supplier" if name:
            return ToSupplier(name)
        case _:
            raise UnknownTarget(f"'{text}' is no target — one of {_FORMS}")
