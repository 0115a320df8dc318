"""From the files of a version to an edition."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from ari_app.editions.content import Content, read_content, read_kept
from ari_app.editions.edition import Edition
from ari_app.editions.history import Copy, History
from ari_app.late import LateMatcher, LateSpeaker
from ari_app.settings import Settings
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from ivr.desk import Matcher
from ivr.library import SpokenLibrary
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.sounds import MANIFEST, Recordings
from ivr.speech.speaker import Speaker
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.wording import Wording
from knowledge.errors import KnowledgeError
from knowledge.library import load_library
from knowledge.settings import KnowledgeSettings

log = structlog.get_logger(__name__)


def first_content(settings: Settings, history: History) -> Content:
    """What the line starts with: the files as they are, or, when they have errors, the last good version.

    Raises:
        DialplanError, KnowledgeError: they have errors, and there is no good version.
        OSError: the history cannot be written.
    """
    dialplan, articles = settings.dialplan, settings.knowledge.in_force
    try:
        return read_kept(history.find(dialplan, articles) or _keep_if_good(settings, history))
    except (DialplanError, KnowledgeError):
        entries = history.entries()
        last = history.get(entries[-1].version) if entries else None
        if last is None:
            load_dialplan(dialplan)  # tells its problems with the places that the admin knows
            load_library(articles)
            raise
    log.error("the dialplan on disk has errors; the line starts with the last good version", version=last.version)
    return read_kept(last)


def _keep_if_good(settings: Settings, history: History) -> Copy:
    with history.draft(settings.dialplan, settings.knowledge.in_force) as draft:
        read_content(draft)
        return history.keep(draft)


@dataclass(slots=True)
class EditionLoader:
    """Makes editions; all of them share the synthesizer, and the recordings until there are new ones.

    `may_load` is set when there is time for it: what of an edition takes seconds is loaded from then on (`late.py`).
    """

    settings: Settings
    history: History
    synthesizer: Synthesizer
    may_load: asyncio.Event
    _recordings: tuple[int, Recordings] | None = field(default=None, init=False)

    def begin(self, content: Content) -> Edition:
        """An edition whose users wait for what of it is not loaded yet; see `Edition.loaded`."""
        wording = Wording(content.dialplan.prompts)
        speaker = LateSpeaker(asyncio.create_task(self._find_voice(wording), name=f"voice of {content.version}"))
        learning = asyncio.create_task(self._learn(content, speaker), name=f"learning {content.version}")
        return Edition(
            version=content.version,
            dialplan=content.dialplan,
            wording=wording,
            matcher=LateMatcher(learning),
            articles=SpokenLibrary(content.library, self.settings.web.public_url),
            speaker=speaker,
        )

    async def load_kept(self, version: str) -> Edition | None:
        """The edition of a version in the history; None when it is not there or this program cannot use it any more."""
        copy = self.history.get(version)
        if copy is None:
            return None
        try:
            return self.begin(await asyncio.to_thread(read_kept, copy))
        except (DialplanError, KnowledgeError, OSError) as error:
            log.error("a version of the history cannot be used", version=version, error=str(error))
            return None

    async def _find_voice(self, wording: Wording) -> Speaker:
        await self.may_load.wait()
        return PromptSpeaker(wording, await asyncio.to_thread(self._present_recordings), self.synthesizer)

    async def _learn(self, content: Content, voice: LateSpeaker) -> Matcher:
        await voice.loaded()  # callers are spoken to before they answer
        return await asyncio.to_thread(_fitted, content, self.settings.knowledge)

    def _present_recordings(self) -> Recordings:
        """Those of the manifest as it is now: who changes a text renders its sound anew."""
        sounds = self.settings.synthesis.sounds
        changed_at = _changed_at(sounds / MANIFEST)
        if self._recordings is None or self._recordings[0] != changed_at:
            self._recordings = changed_at, Recordings(sounds)
        return self._recordings[1]


def _fitted(content: Content, settings: KnowledgeSettings) -> Matcher:
    from ivr.open_question import fit_open_question  # its libraries take a second: not before the queue is served

    return fit_open_question(content.dialplan, content.library, settings)


def _changed_at(file: Path) -> int:
    """In nanoseconds; 0 when there is no such file."""
    return file.stat().st_mtime_ns if file.exists() else 0
