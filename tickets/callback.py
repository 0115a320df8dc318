"""A request to be called back as it is kept; what may become of it is `ari_app/acd/callbacks.py`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """`state` is waiting, dialling, done, failed or cancelled; times are aware UTC, the number is one of
    `tickets.numbers`. `entered_at` is the caller's place: since when he has been waiting, with or without a telephone
    in his hand. `tries` counts the dials, `not_before` is the end of a pause, `agent` who was there for the last dial.
    """

    id: int
    ticket: str
    number: str
    group: str
    language: str
    entered_at: datetime
    requested_at: datetime
    priority: int = 0
    state: str = "waiting"
    tries: int = 0
    not_before: datetime | None = None
    agent: str | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in ("waiting", "dialling")
