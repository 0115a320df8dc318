"""What all calls share: the wire, the editions of the dialplan, the ears, the queue and the records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ari_app.ari.client import AriClient
from ari_app.distributor import Distributor
from ari_app.edition import Editions
from ari_app.settings import Settings
from ivr.desk import Messenger
from ivr.speech.recognizer import Recognizer
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Exchange:
    """`hold_music` and `tone` are mu-law, 8 kHz, mono; `now` is the time, aware UTC."""

    settings: Settings
    client: AriClient
    editions: Editions
    recognizer: Recognizer
    distributor: Distributor
    store: Store
    messenger: Messenger
    hold_music: bytes
    tone: bytes
    now: Callable[[], datetime]
