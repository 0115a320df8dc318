"""What an agent can do with the talk he is in."""

from dataclasses import dataclass

from ari_app.talk.targets import Target


@dataclass(frozen=True, slots=True)
class Hold:
    """The caller hears music."""


@dataclass(frozen=True, slots=True)
class Unhold: ...


@dataclass(frozen=True, slots=True)
class Transfer:
    """Cold: the agent leaves, the caller goes to the target."""

    to: Target


@dataclass(frozen=True, slots=True)
class Consult:
    """Ring the target and talk with it, while the caller hears music; then `Complete`, `Confer` or `Cancel`."""

    to: Target


@dataclass(frozen=True, slots=True)
class Complete:
    """Warm: the agent leaves, the caller talks with whom he consulted."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Back to the caller, without the one who was consulted."""


@dataclass(frozen=True, slots=True)
class Confer:
    """All talk with each other."""


@dataclass(frozen=True, slots=True)
class ReturnToQueue:
    reason: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """His part ends as if he had put down his telephone."""


@dataclass(frozen=True, slots=True)
class PauseRecording: ...


@dataclass(frozen=True, slots=True)
class ResumeRecording: ...


Command = (
    Hold
    | Unhold
    | Transfer
    | Consult
    | Complete
    | Cancel
    | Confer
    | ReturnToQueue
    | HangUp
    | PauseRecording
    | ResumeRecording
)
