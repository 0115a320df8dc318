"""What all calls share: the wire, the texts, the ears, the voice, the queue and the records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ari_app.ari.client import AriClient
from ari_app.distributor import Distributor
from ari_app.settings import Settings
from dialplan.loader import Dialplan
from ivr.desk import Articles, Matcher
from ivr.speech.recognizer import Recognizer
from ivr.speech.speaker import Speaker
from ivr.speech.wording import Wording
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Exchange:
    """`hold_music` and `tone` are mu-law, 8 kHz, mono; `now` is the time, aware UTC."""

    settings: Settings
    client: AriClient
    dialplan: Dialplan
    wording: Wording
    matcher: Matcher
    articles: Articles
    recognizer: Recognizer
    speaker: Speaker
    distributor: Distributor
    store: Store
    hold_music: bytes
    tone: bytes
    now: Callable[[], datetime]
