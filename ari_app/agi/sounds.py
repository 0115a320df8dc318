"""The prompts of the menu as files that Asterisk plays: raw mu-law, found by what they say."""

from pathlib import Path

import structlog

from ari_app.settings import Settings
from dialplan.loader import Dialplan
from ivr.conversation import Prompt
from ivr.speech.atomic import write_atomically
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.sounds import ManifestError, Recordings, text_hash
from ivr.speech.speaker import SpeakerError
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording

log = structlog.get_logger(__name__)

_ENDING = ".ulaw"


class Sounds:
    """The sound files below `folder`, made by `render` before anybody needs them."""

    def __init__(self, dialplan: Dialplan, folder: Path) -> None:
        self._wording = Wording(dialplan.prompts)
        self._folder = folder

    def find(self, prompt: Prompt) -> Path | None:
        """The file of `prompt`, without its ending; None when there is none (yet)."""
        try:
            path = self._path(prompt)
        except SpeakerError:
            return None
        return path.with_name(path.name.removesuffix(_ENDING)) if path.exists() else None

    async def render(self, prompts: tuple[Prompt, ...], settings: Settings) -> None:
        """Write what is not there yet: from the recordings, else by the synthesizer. What cannot be spoken is logged
        and left out."""
        missing = [prompt for prompt in prompts if self.find(prompt) is None]
        if not missing:
            return
        synthesizer = Synthesizer(settings.synthesis)
        try:
            speaker = PromptSpeaker(self._wording, Recordings(settings.synthesis.sounds), synthesizer)
            for prompt in missing:
                await self._render(prompt, speaker)
        except ManifestError as error:
            log.error("no recordings", why=str(error))
        finally:
            await synthesizer.close()

    async def _render(self, prompt: Prompt, speaker: PromptSpeaker) -> None:
        try:
            sound = await speaker.speak(prompt)
            path = self._path(prompt)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, sound)
        except (SpeakerError, OSError) as error:
            log.error("cannot be said by the key menu", prompt=prompt.key, language=prompt.language, why=str(error))

    def _path(self, prompt: Prompt) -> Path:
        """
        Raises:
            SpeakerError: there is no such prompt, or a slot of it is not filled.
        """
        text = self._wording.text(prompt)
        return self._folder / prompt.language / f"{text_hash(prompt.language, text)}{_ENDING}"
