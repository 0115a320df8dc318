"""What articles do for callers, from the event log alone: how often one is told and helps, and how many of the calls
about a thing need no agent."""

from dataclasses import dataclass

from tickets.metrics.ratios import share


@dataclass(frozen=True, slots=True)
class Answers:
    """Of `calls` that are over, `contained` ended as solved without an agent. The article was told `told` times; of
    those, callers said so often that it had `helped` or had not. So many users have `rated` it on its page, `liked` of
    them say that it helps; the last word of each counts."""

    calls: int = 0
    contained: int = 0
    told: int = 0
    helped: int = 0
    not_helped: int = 0
    rated: int = 0
    liked: int = 0

    @property
    def containment(self) -> float | None:
        return share(self.contained, self.calls)

    @property
    def help_rate(self) -> float | None:
        """Of all who have said whether it helped."""
        return share(self.helped + self.liked, self.helped + self.not_helped + self.rated)


@dataclass(frozen=True, slots=True)
class Effect:
    """The same figures for what began before a moment, and since then."""

    before: Answers
    after: Answers
