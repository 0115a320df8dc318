"""What a measurement found. Plain values; the words for people are in ari_app/web/texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from ivr.desk import Measured
from tickets.events import Event, Json

KEPT_OUTPUT = 2000
"""So many characters of what was answered are shown and stored."""

Facts = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` is what was found (`answered`, `no_answer`, …), `facts` fill the gaps of its text."""

    state: Measured
    found: str
    facts: Facts = field(default_factory=dict)
    output: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`probe` was measured at `at` (aware UTC), which took so many seconds, because `by` wanted it."""

    probe: str
    state: Measured
    found: str
    facts: Facts
    output: str
    at: datetime
    seconds: float
    by: str

    def as_json(self) -> dict[str, Json]:
        """As the event `diagnosed` keeps it."""
        evidence: dict[str, Json] = {"found": self.found, "facts": dict(self.facts), "output": self.output}
        told: dict[str, Json] = {"probe": self.probe, "verdict": self.state, "evidence": evidence}
        return {**told, "by": self.by, "seconds": self.seconds}


def verdict_of(event: Event) -> Verdict:
    """What `Verdict.as_json` wrote."""
    evidence = cast(Mapping[str, Json], event.data["evidence"])
    return Verdict(
        str(event.data["probe"]),
        cast(Measured, event.data["verdict"]),
        str(evidence["found"]),
        cast(Facts, evidence["facts"]),
        str(evidence["output"]),
        event.at,
        float(cast(float, event.data["seconds"])),
        str(event.data["by"]),
    )


def shortened(text: str) -> str:
    """Without what no page can show, and cut."""
    shown = "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)
    return shown if len(shown) <= KEPT_OUTPUT else shown[: KEPT_OUTPUT - 1] + "…"
