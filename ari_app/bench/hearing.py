"""`hotline bench hearing`: how many of the shipped articles are still found, the worse the caller is heard.

Sentences that were not learnt are spoken by three natural voices over 8 kHz mu-law, with a room full of other people
behind them, heard by the line's own recognizer, and looked for among all that the open question may mean.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from ari_app.settings import Settings
from dialplan.loader import Dialplan, load_dialplan
from ivr.conversation import Hypothesis
from ivr.library import targets, vocabulary
from ivr.open_question import weighted
from ivr.speech import scoring
from ivr.speech.recognizer import Recognizer
from ivr.speech.surroundings import mixed, room
from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.rendering import natural_voice
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.workers import RecognizerPool, engine_specs
from knowledge.library import Library, load_library
from knowledge.matching import Matcher
from knowledge.target import Target

VOICES: Mapping[str, tuple[str, ...]] = {
    "en": ("am_michael", "bf_emma", "bm_george"),
    "zh": ("zm_yunxi", "zf_xiaoyi", "zf_xiaoxiao"),
}
LEVELS_DB: tuple[float | None, ...] = (None, 15.0, 10.0, 5.0, 0.0)
"""How much quieter than the caller his surroundings are; None: silent."""

_UNITS: Mapping[str, Callable[[str], list[str]]] = {"en": scoring.english_words, "zh": scoring.chinese_characters}
_DEPTH = 3
_AT_A_TIME = 4
_PATIENCE_S = 120.0
"""Nobody waits here: whatever is heard late on a busy machine counts as well."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the target that is meant; it was not learnt."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence, said and heard once. `errors` of so many `words` (in Mandarin: characters) were heard wrongly;
    `place` is that of the target in the ranking (from 1; 0: not among the first three)."""

    language: str
    voice: str
    quieter_db: float | None
    words: int
    errors: int
    place: int
    yardstick_place: int


@dataclass(frozen=True, slots=True)
class Point:
    """Of one language at one level, all voices: the error rate of the recognizer, and the shares of sentences whose
    target came first, or among the first three; `yardstick` is that of token_set_ratio, first place. All in percent."""

    language: str
    quieter_db: float | None
    said: int
    errors: float
    first: float
    third: float
    yardstick: float


async def measure_hearing(
    settings: Settings, languages: Sequence[str], sentences: int, progress: Progress
) -> list[Trial]:
    """Say `sentences` of each language with each voice at each level.

    Raises:
        DialplanError, KnowledgeError: the dialplan or the articles have errors.
        RecognizerError, SynthesisError: no ears, or no natural voice (the extra "voices").
    """
    dialplan, library = load_dialplan(settings.dialplan), load_library(settings.knowledge.in_force)
    words = {language: compose_vocabulary(language, vocabulary(dialplan, library, language)) for language in languages}
    trials: list[Trial] = []
    speech = replace(settings.speech, languages=tuple(languages), max_wait_s=_PATIENCE_S, max_decode_s=_PATIENCE_S)
    async with RecognizerPool(await asyncio.to_thread(engine_specs, speech, words), speech) as ears:
        for language in languages:
            learnt, asked = held_out(targets(dialplan, library, language), sentences)
            progress(f"{language}: learning without {len(asked)} sentences")
            search = await asyncio.to_thread(_Search.fit, learnt, language, dialplan, library)
            async for trial in _trials(settings.synthesis, ears, search, language, asked, progress):
                trials.append(trial)
    return trials


def held_out(known: Sequence[Target], count: int, seed: int = 6) -> tuple[list[Target], list[Sentence]]:
    """The targets without one phrasing of each of `count` articles, and those phrasings; the same in every run."""
    chance = random.Random(seed)  # noqa: S311
    articles = [target for target in known if target.id.startswith("article:") and len(target.phrasings) > 2]
    asked = {
        target.id: chance.choice(target.phrasings[1:]) for target in chance.sample(articles, min(count, len(articles)))
    }
    learnt = [
        Target(target.id, tuple(text for text in target.phrasings if text != asked.get(target.id))) for target in known
    ]
    return learnt, [Sentence(text, target) for target, text in asked.items()]


@dataclass(frozen=True, slots=True)
class _Search:
    """What the line finds, and what the yardstick finds in the same phrasings."""

    matcher: Matcher
    phrasings: Sequence[str]
    meant: Sequence[str]

    @classmethod
    def fit(cls, learnt: Sequence[Target], language: str, dialplan: Dialplan, library: Library) -> "_Search":
        matcher = Matcher.fit(
            learnt, language, names=library.vocabulary(language), chatter=library.chatter.get(language, ())
        )
        pairs = [(phrasing, target.id) for target in learnt for phrasing in target.phrasings]
        return cls(matcher, [phrasing for phrasing, _ in pairs], [target for _, target in pairs])

    def places(self, heard: tuple[Hypothesis, ...], target: str) -> tuple[int, int]:
        """Ours, and that of the yardstick; 0 for none."""
        if not heard:
            return 0, 0
        found = [candidate.target for candidate in self.matcher.rank(weighted(heard), _DEPTH).candidates]
        best = process.extractOne(heard[0].text, self.phrasings, scorer=fuzz.token_set_ratio)
        return _place(found, target), _place([self.meant[best[2]]] if best else [], target)


async def _trials(
    synthesis: SynthesisSettings,
    ears: Recognizer,
    search: _Search,
    language: str,
    asked: Sequence[Sentence],
    progress: Progress,
) -> AsyncIterator[Trial]:
    rooms = {db: room(synthesis.sounds, db) for db in LEVELS_DB if db is not None}
    one_of_few = asyncio.Semaphore(_AT_A_TIME)

    async def trial(sentence: Sentence, voice: str, speech: bytes, db: float | None) -> Trial:
        async with one_of_few:
            sound = speech if db is None else _in_room(speech, rooms[db])
            heard = await ears.recognize(sound, language)
            units = _UNITS[language]
            said, text = units(sentence.text), units(heard[0].text if heard else "")
            ours, theirs = await asyncio.to_thread(search.places, heard, sentence.target)
            return Trial(language, voice, db, len(said), scoring.errors(said, text), ours, theirs)

    for voice in VOICES[language]:
        spoken = await _spoken(synthesis, voice, [sentence.text for sentence in asked])
        for db in LEVELS_DB:
            progress(f"{language}: {voice}, {'silence' if db is None else f'a room {db:g} dB below'}")
            pairs = zip(asked, spoken, strict=True)
            for done in await asyncio.gather(*(trial(sentence, voice, speech, db) for sentence, speech in pairs)):
                yield done


async def _spoken(settings: SynthesisSettings, voice: str, texts: Iterable[str]) -> list[bytes]:
    """Each text as mu-law (8 kHz), from the cache where it has been spoken before."""
    cache = SpeechCache(settings.cache, settings.cache_mb * 1_000_000)
    spoken = []
    async with natural_voice(settings) as natural:
        for text in texts:
            audio = await asyncio.to_thread(cache.find, voice, text)
            if audio is None:
                audio = await natural.speak(text, voice)
                await asyncio.to_thread(cache.keep, voice, text, audio)
            spoken.append(audio)
    return spoken


def _in_room(speech: bytes, room: bytes) -> bytes:
    return mixed(speech, room * (len(speech) // len(room) + 1))


def _place(found: Sequence[str], target: str) -> int:
    return found.index(target) + 1 if target in found else 0


def curve(trials: Iterable[Trial]) -> list[Point]:
    """A point for each language and level, in the order in which they were measured."""
    by_level: defaultdict[tuple[str, float | None], list[Trial]] = defaultdict(list)
    for trial in trials:
        by_level[trial.language, trial.quieter_db].append(trial)
    return [_point(language, db, of_level) for (language, db), of_level in by_level.items()]


def _point(language: str, db: float | None, trials: Sequence[Trial]) -> Point:
    said = len(trials)
    return Point(
        language,
        db,
        said,
        100 * sum(trial.errors for trial in trials) / sum(trial.words for trial in trials),
        100 * sum(trial.place == 1 for trial in trials) / said,
        100 * sum(trial.place > 0 for trial in trials) / said,
        100 * sum(trial.yardstick_place == 1 for trial in trials) / said,
    )
