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
AS_TYPED = "as typed"
"""Nothing is spoken, nothing heard wrongly: the best that hearing could come to."""

SURROUNDINGS: Mapping[str, float | None] = {
    "silence": None,
    "a room 15 dB below": 15.0,
    "a room 10 dB below": 10.0,
    "a room 5 dB below": 5.0,
    "a room 0 dB below": 0.0,
}
"""How much quieter than the caller they are; None: silent."""

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
    """A sentence, said among `surroundings` and heard once; `voice` is "" as typed. `errors` of so many `words` (in
    Mandarin: characters) were heard wrongly; `place` is that of the target in the ranking (from 1; 0: not among the
    first three)."""

    language: str
    voice: str
    surroundings: str
    words: int
    errors: int
    place: int
    yardstick_place: int


@dataclass(frozen=True, slots=True)
class Point:
    """Of one language in one kind of surroundings, all voices: the error rate of the recognizer, and the shares of
    sentences whose target came first, or among the first three; `yardstick` is that of token_set_ratio, first place.
    All in percent."""

    language: str
    surroundings: str
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
    for sentence in asked:
        ours, theirs = search.places((Hypothesis(sentence.text),), sentence.target)
        yield Trial(language, "", AS_TYPED, len(_UNITS[language](sentence.text)), 0, ours, theirs)
    rooms = {around: room(synthesis.sounds, db) for around, db in SURROUNDINGS.items() if db is not None}
    one_of_few = asyncio.Semaphore(_AT_A_TIME)

    async def trial(sentence: Sentence, voice: str, speech: bytes, around: str) -> Trial:
        async with one_of_few:
            sound = _in_room(speech, rooms[around]) if around in rooms else speech
            heard = await ears.recognize(sound, language)
            units = _UNITS[language]
            said, text = units(sentence.text), units(heard[0].text if heard else "")
            ours, theirs = await asyncio.to_thread(search.places, heard, sentence.target)
            return Trial(language, voice, around, len(said), scoring.errors(said, text), ours, theirs)

    for voice in VOICES[language]:
        spoken = await _spoken(synthesis, voice, [sentence.text for sentence in asked])
        for around in SURROUNDINGS:
            progress(f"{language}: {voice}, {around}")
            pairs = zip(asked, spoken, strict=True)
            for done in await asyncio.gather(*(trial(sentence, voice, speech, around) for sentence, speech in pairs)):
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
    """A point for each language and surroundings, in the order in which they were measured."""
    alike: defaultdict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        alike[trial.language, trial.surroundings].append(trial)
    return [_point(language, around, those) for (language, around), those in alike.items()]


def _point(language: str, around: str, trials: Sequence[Trial]) -> Point:
    said = len(trials)
    return Point(
        language,
        around,
        said,
        100 * sum(trial.errors for trial in trials) / sum(trial.words for trial in trials),
        100 * sum(trial.place == 1 for trial in trials) / said,
        100 * sum(trial.place > 0 for trial in trials) / said,
        100 * sum(trial.yardstick_place == 1 for trial in trials) / said,
    )
