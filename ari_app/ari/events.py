"""What Asterisk tells, as frozen dataclasses with its own names. What the product does not use is an `OtherEvent`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class DialplanPlace:
    context: str
    exten: str
    priority: int
    app_name: str = ""
    """The application that runs there."""
    app_data: str = ""
    """Its arguments."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as it was when the event was written."""

    id: str
    name: str
    state: str
    caller: Party
    connected: Party
    dialplan: DialplanPlace
    creationtime: datetime
    language: str
    channelvars: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bridge:
    id: str
    name: str
    bridge_type: str
    channels: tuple[str, ...]
    creationtime: datetime


@dataclass(frozen=True, slots=True)
class Playback:
    id: str
    target_uri: str
    state: str


@dataclass(frozen=True, slots=True)
class Recording:
    """`duration` in seconds, where the recording is over."""

    name: str
    format: str
    target_uri: str
    state: str
    duration: int | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    technology: str
    resource: str
    state: str | None = None
    channel_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """A telephone that is registered at `uri`, or was."""

    uri: str
    contact_status: str
    aor: str


@dataclass(frozen=True, slots=True)
class Peer:
    peer_status: str


@dataclass(frozen=True, slots=True)
class DeviceState:
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened. `timestamp` is Asterisk's clock."""

    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent(Event):
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class StasisStart(ChannelEvent):
    args: tuple[str, ...]
    replace_channel: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StasisEnd(ChannelEvent): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStateChange(ChannelEvent): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDtmfReceived(ChannelEvent):
    digit: str
    duration_ms: int


_SOFTHANGUP_DEV = 1
"""The driver of the channel wants it (channel.h)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHangupRequest(ChannelEvent):
    """`cause` is the Q.850 number; of a `soft` one, which Asterisk itself wants, it is one of its flags instead."""

    cause: int | None = None
    soft: bool = False

    @property
    def is_without_sound(self) -> bool:
        """Nothing was heard of it for `rtp_timeout` seconds."""
        return self.soft and self.cause == _SOFTHANGUP_DEV


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDestroyed(ChannelEvent):
    """`cause` is the Q.850 number."""

    cause: int
    cause_txt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTalkingStarted(ChannelEvent): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTalkingFinished(ChannelEvent):
    """`duration` of the talking, in milliseconds."""

    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHold(ChannelEvent): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUnhold(ChannelEvent): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEnteredBridge(ChannelEvent):
    bridge: Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLeftBridge(ChannelEvent):
    bridge: Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeDestroyed(Event):
    bridge: Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Event):
    """How an originated leg fares; `dialstatus` is "" while it is tried, then RINGING, ANSWER, NOANSWER, BUSY …"""

    peer: Channel
    dialstatus: str
    caller: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFinished(Event):
    playback: Playback


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinished(Event):
    recording: Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    recording: Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStateChanged(Event):
    device_state: DeviceState


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStateChange(Event):
    endpoint: Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStatusChange(Event):
    """`contact_status` is NonQualified (it has just registered), Reachable, Unreachable or Removed."""

    endpoint: Endpoint
    contact_info: ContactInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStatusChange(Event):
    endpoint: Endpoint
    peer: Peer


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """An event that has no type of its own here: its name, and its fields as Asterisk wrote them."""

    type: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelVanished(Event):
    """Our own: after a reconnect a channel was not there any more. Nobody saw it end. `timestamp` is our clock."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resynced(Event):
    """Our own: we are (re)connected, and this is what Asterisk holds. `timestamp` is our clock."""

    channels: tuple[Channel, ...]
    bridges: tuple[Bridge, ...]


_TYPED: tuple[type[Event], ...] = (
    StasisStart,
    StasisEnd,
    ChannelStateChange,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelDestroyed,
    ChannelTalkingStarted,
    ChannelTalkingFinished,
    ChannelHold,
    ChannelUnhold,
    ChannelEnteredBridge,
    ChannelLeftBridge,
    BridgeDestroyed,
    Dial,
    PlaybackFinished,
    RecordingFinished,
    RecordingFailed,
    DeviceStateChanged,
    EndpointStateChange,
    ContactStatusChange,
    PeerStatusChange,
)
_KINDS = {kind.__name__: kind for kind in _TYPED}
_TIMESTAMP = TypeAdapter(datetime)
CHANNELS = TypeAdapter(tuple[Channel, ...])
BRIDGES = TypeAdapter(tuple[Bridge, ...])
KNOWN = frozenset({*_KINDS, ChannelVanished.__name__, Resynced.__name__})


def read_event(fields: Mapping[str, Any]) -> Event:
    """The event in these fields (decoded JSON of the event websocket).

    Raises:
        ValueError: they are no event at all.
    """
    name = fields.get("type")
    if not isinstance(name, str):
        raise ValueError("an event without a type")
    if name in _KINDS:
        try:
            event: Event = _adapter(name).validate_python(fields)
        except ValidationError as error:
            _log.warning("event not understood", type=name, error=str(error))
        else:
            return event
    return OtherEvent(timestamp=_TIMESTAMP.validate_python(fields.get("timestamp")), type=name, fields=fields)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])  # made when it is needed: all of them take 40 ms of a start for which callers wait


def subjects(fields: Mapping[str, Any]) -> set[str]:
    """The ids of all channels, bridges, playbacks and recordings that an event is about."""
    ids: set[str] = set()
    for key in ("channel", "replace_channel", "caller", "peer", "forwarded", "bridge", "playback", "recording"):
        subject = fields.get(key)
        if not isinstance(subject, dict):
            continue
        ids.update(subject[name] for name in ("id", "name") if name in subject and (name == "id" or key == "recording"))
        if "target_uri" in subject:
            ids.add(subject["target_uri"].partition(":")[2])
    return ids
