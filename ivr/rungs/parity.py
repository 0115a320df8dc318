"""How alike two rungs are: the share of scenarios with the same verdict, and what the others come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.rungs.result import Result

LEAST_PERCENT = {"audio": 95.0, "sip": 98.0}
"""Of the rung above; less is a failure."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One scenario on two rungs; `again` is its second run on the upper one, alone, where the first was different."""

    lower: Result
    upper: Result
    again: Result | None = None

    @property
    def is_same(self) -> bool:
        return self.lower.verdict == (self.again or self.upper).verdict


@dataclass(frozen=True, slots=True)
class Parity:
    """The rungs `upper` and `lower` by name, over the same scenarios."""

    upper: str
    lower: str
    pairs: Sequence[Pair]

    @property
    def same(self) -> int:
        return sum(pair.is_same for pair in self.pairs)

    @property
    def same_at_once(self) -> int:
        """Without those that were the same only when they were run again."""
        return sum(pair.lower.verdict == pair.upper.verdict for pair in self.pairs)

    @property
    def percent(self) -> float:
        return 100 * self.same / len(self.pairs) if self.pairs else 100.0

    @property
    def is_enough(self) -> bool:
        return self.percent >= LEAST_PERCENT[self.upper]

    def told(self) -> Iterator[str]:
        """For people: the figure, then each difference with what was said and heard on both rungs."""
        again = sum(pair.again is not None for pair in self.pairs)
        first = f"; {self.same_at_once} before {again} were run again alone" if again else ""
        yield f"{self.upper}/{self.lower} {self.percent:.1f} % ({self.same} of {len(self.pairs)}{first})"
        for pair in self.pairs:
            if pair.again is not None:
                kind = "the same when run again" if pair.is_same else "different"
                script = pair.lower.scenario
                yield f"  {kind}: {script.script.name} ({script.file}:{script.line})"
                yield from _explained(self.lower, pair.lower)
                yield from _explained(self.upper, pair.upper)

    def as_json(self) -> dict[str, Any]:
        return {
            "rung": self.upper,
            "against": self.lower,
            "percent": round(self.percent, 1),
            "same": self.same,
            "same_at_once": self.same_at_once,
            "of": len(self.pairs),
            "least": LEAST_PERCENT[self.upper],
            "ok": self.is_enough,
            "differences": [
                {
                    self.lower: pair.lower.as_json(),
                    self.upper: pair.upper.as_json(),
                    "again": pair.again.as_json(),
                    "same": pair.is_same,
                }
                for pair in self.pairs
                if pair.again is not None
            ],
        }


def _explained(rung: str, result: Result) -> Iterator[str]:
    decision = result.outcome.decision if result.outcome else None
    yield f"    {rung}: {result.why or 'as expected'}; decision {decision}"
    for exchange in result.exchanges:
        yield f"      {exchange.told()}"
