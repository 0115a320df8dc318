"""The settings of the wire to Asterisk."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AriSettings:
    """Where Asterisk answers, who we are, and how patient we are.

    `url` is the root of its HTTP server (no `/ari`), `app` the name of the Stasis application. Times are seconds.
    """

    url: str = "http://127.0.0.1:8088"
    username: str = "hotline"
    password: str = field(default="", repr=False)
    app: str = "hotline"
    request_timeout_s: float = 5.0
    connect_timeout_s: float = 30.0
    """How long `AriClient` waits for Asterisk when it is entered."""
    ping_s: float = 5.0
    """A websocket is pinged so often, and given up when no answer comes for as long: a frozen Asterisk is noticed."""
    first_retry_s: float = 0.1
    longest_retry_s: float = 5.0
    inbox_limit: int = 1000
    """Events one subscriber may leave unread; beyond, its oldest are dropped."""

    @property
    def telephones_app(self) -> str:
        """A second application over the same websocket: it is told of telephones, and of no channels."""
        return f"{self.app}-telephones"
