"""Asterisk's resources as Python objects: `client.channels.answer(channelId=…)`, `channel.answer()`.

The only dynamic place: which operations exist is known by the running Asterisk alone.
"""

from functools import partial
from typing import Any, Protocol

from ari_app.ari.rest import Rest

# Which answers become objects: model → resource, its id's name as parameter, its id's name in the model.
_OBJECTS = {
    "Channel": ("channels", "channelId", "id"),
    "Bridge": ("bridges", "bridgeId", "id"),
    "Playback": ("playbacks", "playbackId", "id"),
    "LiveRecording": ("recordings", "recordingName", "name"),
}


class Operate(Protocol):
    async def __call__(self, **arguments: object) -> Any:
        """Raises AriError; see its tree."""


class Repository:
    """The operations of one resource. An answer that is a channel, bridge, playback or live recording comes as a
    `Remote`, a list of them as a list; any other as decoded JSON."""

    def __init__(self, name: str, rest: Rest) -> None:
        self._name = name
        self._rest = rest

    def __getattr__(self, operation: str) -> Operate:
        if operation.startswith("__"):
            raise AttributeError(operation)
        return partial(self._operate, operation)

    async def _operate(self, operation: str, /, **arguments: object) -> Any:
        described = self._rest.operation(self._name, operation)
        answer = await self._rest.call(described, arguments)
        if described.answers.startswith("List["):
            return [_promoted(described.answers[5:-1], item, self._rest) for item in answer]
        return _promoted(described.answers, answer, self._rest)


class Remote:
    """A channel, bridge, playback or live recording: the operations of its resource with its own id filled in.

    `json` is what Asterisk said of it at the time; nothing keeps it up to date.
    """

    def __init__(self, repository: Repository, id_parameter: str, id: str, json: dict[str, Any]) -> None:
        self.id = id
        self.json = json
        self._repository = repository
        self._id_parameter = id_parameter

    def __getattr__(self, operation: str) -> Operate:
        if operation.startswith("__"):
            raise AttributeError(operation)
        return partial(getattr(self._repository, operation), **{self._id_parameter: self.id})

    def __repr__(self) -> str:
        return f"<{self._id_parameter} {self.id}>"


def remote(model: str, id: str, rest: Rest) -> Remote:
    """The object of that id ("Channel", "Bridge" …), without asking Asterisk whether it exists."""
    resource, id_parameter, _ = _OBJECTS[model]
    return Remote(Repository(resource, rest), id_parameter, id, {})


def _promoted(model: str, answer: Any, rest: Rest) -> Any:
    if model not in _OBJECTS:
        return answer
    resource, id_parameter, key = _OBJECTS[model]
    return Remote(Repository(resource, rest), id_parameter, answer[key], answer)
