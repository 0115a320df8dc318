"""Rendering ahead: what is missing or stale in a collection is spoken by Kokoro, or computed, and stored."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from ivr.speech.sounds import Recording
from ivr.speech.synthesis.collection import COMPUTED, Collection
from ivr.speech.synthesis.generated import GENERATED
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.worker import SpeechWorker

_TIMEOUT_S = 300.0


@asynccontextmanager
async def natural_voice(settings: SynthesisSettings, *, idle: bool = False) -> AsyncIterator[SpeechWorker]:
    """Kokoro in a process of its own, which starts with the first text and ends with this context; `idle` as there."""
    voices, models = settings.sounds / "voices" / "kokoro.npz", settings.cache / "models"
    files = str(voices.absolute()), str(models.absolute())
    worker = SpeechWorker("ivr.speech.synthesis.kokoro", _TIMEOUT_S, files, idle=idle)
    try:
        yield worker
    finally:
        await worker.close()


async def render(
    collection: Collection, recordings: Sequence[Recording], voice: SpeechWorker
) -> AsyncIterator[Recording]:
    """Make and store each of `recordings`, yielding it when it is done.

    Raises:
        SynthesisError: the natural voice is not installed, or could not speak.
        OSError: the folder cannot be written.
    """
    for recording in recordings:
        if recording.engine == COMPUTED:
            audio = GENERATED[recording.name]()
        else:
            audio = await voice.speak(recording.text, recording.voice)
        collection.store(recording, audio)
        yield recording
