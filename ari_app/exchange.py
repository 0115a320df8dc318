"""What all calls share: the wire, the editions of the dialplan, the ears, the queue and the records."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ari_app.agents.registrations import Registrations
from ari_app.ari.client import AriClient
from ari_app.diagnosis.runner import ProbeRunner
from ari_app.distributor import Distributor
from ari_app.editions.edition import Editions
from ari_app.editions.watch import DialplanWatch
from ari_app.late import LateRecognizer
from ari_app.outgoing.callbacks import Callbacks
from ari_app.outgoing.dialling import Dialling
from ari_app.published.speaking import AnswersAhead
from ari_app.settings import Settings
from ari_app.switchboard import Switchboard
from ari_app.talk.transcription import Transcribers
from ari_app.talks import Talks
from ivr.desk import Messenger
from ivr.speech.synthesis.synthesizer import Synthesizer
from tickets.store import Store


@dataclass(frozen=True, slots=True)
class Exchange:
    """`hold_music` and `tone` are mu-law, 8 kHz, mono; `now` is the time, aware UTC.

    `queue_is_served` is set once all who were on the line before us are looked after: what takes long to load begins
    then, and whoever needs it waits for it (`late.py`).
    """

    settings: Settings
    client: AriClient
    editions: Editions
    recognizer: LateRecognizer
    synthesizer: Synthesizer
    distributor: Distributor
    dialling: Dialling
    registrations: Registrations
    talks: Talks
    switchboard: Switchboard
    callbacks: Callbacks
    store: Store
    messenger: Messenger
    probing: ProbeRunner
    transcribers: Transcribers
    hold_music: bytes
    tone: bytes
    now: Callable[[], datetime]
    queue_is_served: asyncio.Event
    answers: AnswersAhead
    watch: DialplanWatch
