"""An Asterisk that does whatever it is asked, at once, and notes it; what happens in it a test tells.

It is not called `asterisk`: that is the package of pyst2.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

from ari_app.ari.client import AriClient
from ari_app.ari.errors import AriRefused
from ari_app.ari.events import Channel, DialplanPlace, Event, Party
from ari_app.ari.fanout import Fanout, Subscription
from ari_app.ari.settings import AriSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def channel(id: str) -> Channel:
    """One of which only the id matters."""
    return Channel(id, id, "Up", Party("", ""), Party("", ""), DialplanPlace("", "", 1), NOW, "en")


class FakeAsterisk:
    """`asked` are the requests in order, as `bridges.addChannel` and its arguments; `refused` what it says no to."""

    def __init__(self) -> None:
        self.settings = AriSettings("http://127.0.0.1:1", "user", "password", "hotline")
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refused: dict[str, AriRefused] = {}
        self._fanout = Fanout(100)

    @property
    def client(self) -> AriClient:
        return cast(AriClient, self)

    def follow(self, *ids: str) -> Subscription:
        return self._fanout.follow(*ids)

    def is_followed(self, id: str) -> bool:
        return id in self._fanout.followers

    def tell(self, channel_id: str, event: Event) -> None:
        """It happens to that channel."""
        for subscription in tuple(self._fanout.followers.get(channel_id, ())):
            subscription.put(event)

    def did(self, what: str) -> list[dict[str, Any]]:
        """The arguments of all requests of that name."""
        return [arguments for name, arguments in self.asked if name == what]

    def __getattr__(self, repository: str) -> "_Repository":
        if repository.startswith("_"):
            raise AttributeError(repository)
        return _Repository(repository, self)


class _Repository:
    def __init__(self, name: str, asterisk: FakeAsterisk) -> None:
        self._name = name
        self._asterisk = asterisk

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[None]]:
        async def ask(**arguments: object) -> None:
            request = f"{self._name}.{operation}"
            self._asterisk.asked.append((request, arguments))
            if request in self._asterisk.refused:
                raise self._asterisk.refused[request]

        return ask
