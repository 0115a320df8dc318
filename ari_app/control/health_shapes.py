"""What the command `health` answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

State = Literal["loading", "ready", "down"]


class AsteriskHealth(BaseModel):
    """`connected`: its events come in; the others are null while it does not answer."""

    connected: bool
    version: str | None = None
    since: datetime | None = Field(None, description="when it was started")
    channels: int | None = None


class TrunkHealth(BaseModel):
    """`reachable` is null where no trunk is set up, or Asterisk cannot say."""

    configured: bool
    reachable: bool | None


class RecognizerHealth(BaseModel):
    """One for each language. Every worker (`pids`) understands all of them; `restarts` counts the workers that died or
    hung and were replaced, since the controller was started."""

    language: str
    state: State
    pids: list[int]
    restarts: int
    waiting: int = Field(description="utterances that wait for a worker")


class SynthesizerHealth(BaseModel):
    """The voice for texts that were not recorded ahead; its process starts with the first of them."""

    state: Literal["idle", "running"]
    pid: int | None


class LoopLagHealth(BaseModel):
    """By how much the controller's event loop was late in the last minute; null before it was measured."""

    p50: float | None
    p99: float | None


class EditionHealth(BaseModel):
    """The dialplan that new calls get; `problem` is whether the files hold a later one that was refused."""

    version: str
    problem: bool


class HealthShape(BaseModel):
    """`calls` are callers whom we serve, `waiting` those of them who wait for an agent; times are UTC."""

    asterisk: AsteriskHealth
    trunk: TrunkHealth
    recognizers: list[RecognizerHealth]
    synthesizer: SynthesizerHealth
    loop_lag_ms: LoopLagHealth
    calls: int | None
    waiting: int
    editions: EditionHealth
    started_at: datetime
