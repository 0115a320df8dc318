"""All that is to be recorded: the line's own texts, and what recorded callers say."""

from dialplan.loader import Dialplan
from ivr.speech.callers import read_phrases
from ivr.speech.fillings import known_fillings, known_values
from ivr.speech.renderings import renderings
from ivr.speech.synthesis.collection import Collection, computed, spoken
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.library import Library


def line_collection(settings: SynthesisSettings, dialplan: Dialplan, library: Library) -> Collection:
    """What the line says, in every language that has a recorded voice."""
    texts = renderings(dialplan.prompts, known_fillings(dialplan, library), known_values(dialplan, library))
    voices = settings.recorded_voices
    said = (spoken(text, voices[text.language]) for text in texts if text.language in voices)
    return Collection(settings.sounds, (*computed(), *said))


def caller_collection(settings: SynthesisSettings) -> Collection:
    """What recorded callers say.

    Raises:
        PhrasesError: a file of phrases is broken.
    """
    folder = settings.sounds / "callers"
    return Collection(folder, tuple(spoken(text, voice) for voice, text in read_phrases(folder)))
