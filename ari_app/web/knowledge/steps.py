"""What may be done with a version now, by whom; and why not what may not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.review import OPEN, Stage
from knowledge.store.shapes import Version
from tickets.accounts import User
from tickets.rights import Right

_STEPS: Mapping[Stage, tuple[str, ...]] = {
    Stage.DRAFT: ("submit", "edit", "drop"),
    Stage.IN_REVIEW: ("approve", "send_back", "take_back", "drop"),
    Stage.APPROVED: ("take_back", "drop"),
}
_LACKING: Mapping[Stage, str] = {Stage.DRAFT: "approve", Stage.IN_REVIEW: "edit", Stage.APPROVED: "edit"}
"""What one would look for, and not find; the reason is the stage."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The steps that can be taken, and why others cannot: texts `knowledge.why_not.<reason>`."""

    steps: Sequence[str]
    reasons: Mapping[str, str]


def open_of(versions: Iterable[Version]) -> Version | None:
    """The one that is being worked on."""
    return next((version for version in versions if version.stage in OPEN), None)


def offered(version: Version, open_version: Version | None, user: User) -> Offered:
    """`open_version` is that of the same article, if there is one."""
    steps: list[str] = []
    reasons = {_LACKING[version.stage]: str(version.stage)} if version.stage in _LACKING else {}
    for step in _STEPS.get(version.stage, ("again",)):
        if reason := _against(step, version, open_version, user):
            reasons[step] = reason
        else:
            steps.append(step)
    return Offered(steps, reasons)


def _against(step: str, version: Version, open_version: Version | None, user: User) -> str | None:
    if step in ("approve", "send_back") and not user.may(Right.KNOWLEDGE_REVIEW):
        return "right"
    if step == "approve" and user.name in version.writers:
        return "own"
    return "open" if step == "again" and open_version is not None else None
