"""What can go wrong on the wire, and the one place that calls a missing channel normal."""

from contextlib import suppress


class AriError(Exception):
    """The wire to Asterisk.

    AriError
    ├── AriUnavailable      no connection, or no answer in time
    ├── UnknownName         our own mistake: no such operation, parameter or event
    └── AriRefused          Asterisk said no (`status`, `message`)
        ├── Gone            what was addressed is not with us any more; normal after a hang-up
        │   ├── NotFound    the channel, bridge, playback … does not exist
        │   └── NotInStasis it exists, but it left our application (or has not arrived yet)
        └── Conflict        it is there, but its state forbids this, or the id is taken
    """


class AriUnavailable(AriError): ...


class UnknownName(AriError): ...


class AriRefused(AriError):
    def __init__(self, status: int, message: str, request: str) -> None:
        super().__init__(f"{request}: {status} {message}")
        self.status = status
        self.message = message


class Gone(AriRefused): ...


class NotFound(Gone): ...


class NotInStasis(Gone): ...


class Conflict(AriRefused): ...


def refusal(status: int, message: str, request: str) -> AriRefused:
    """The error for an HTTP status of 400 and above, and Asterisk's words for it."""
    said = message.lower()
    kind: type[AriRefused] = AriRefused
    # addChannel says 400 for a channel that does not exist.
    if status == 404 or (status == 400 and "not found" in said):
        kind = NotFound
    elif status in (409, 422) and "not in" in said and "stasis" in said:
        kind = NotInStasis
    elif status in (409, 412, 422):
        kind = Conflict
    return kind(status, message, request)


def ignoring_gone() -> suppress:
    """`with ignoring_gone(): await channel.hangup()`: whoever is gone already need not be sent away."""
    return suppress(Gone)
