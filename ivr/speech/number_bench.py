"""How many spoken employee numbers are understood: said by a caller's voice over the telephone, heard by the line's own
recognizer, read by `ivr.spoken`, and looked up in a directory."""

import os
import platform
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ivr.speech import audio
from ivr.speech.bench import Row
from ivr.speech.choice import processor
from ivr.speech.engines.engine import Engine
from ivr.speech.synthesis.caller_voice import CallerVoice
from ivr.spoken.digits import digits_heard, digits_in, digits_supposed
from ivr.spoken.saying import say_number

Progress = Callable[[str], None]

PEOPLE = 12_000
_DIGITS = 6
_SENTENCES = {"en": ("{}", "my employee number is {}", "it's {}"), "zh": ("{}", "我的工号是{}", "工号{}")}
LANGUAGES = tuple(_SENTENCES)
_YARDSTICK = "the digits that the best reading writes"
_LIMITS = {"en": 90.0, "zh": 70.0}
"""Percent that must be right at the first attempt; then keys are asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A number said once. `written` are the digits of the best reading as they stand there, `first` the best number of
    it, `found` the number that the line would read back, as `ivr.slots` finds it in the directory; "" for none."""

    number: str
    said: str
    heard: tuple[str, ...]
    written: str
    first: str
    found: str


def directory(seed: int) -> list[str]:
    """The employee numbers of a company: six digits, none with a zero in front."""
    numbers = random.Random(seed).sample(range(10 ** (_DIGITS - 1), 10**_DIGITS), PEOPLE)  # noqa: S311
    return [str(number) for number in sorted(numbers)]


async def number_trials(
    language: str, engine: Engine, caller: CallerVoice, trials: int, seed: int, progress: Progress
) -> list[Trial]:
    """`trials` numbers of the directory, each said by `caller` in one way of several and heard by `engine`.

    Raises:
        SynthesisError: the caller has no voice.
    """
    employees = directory(seed)
    known, chance = frozenset(employees), random.Random(f"{seed} {language}")  # noqa: S311
    done = []
    for count in range(1, trials + 1):
        number = chance.choice(employees)
        said = chance.choice(_SENTENCES[language]).format(say_number(number, language, chance))
        speech = await caller.speak(said, language)
        heard = tuple(reading.text for reading in engine.transcribe(audio.from_mulaw(speech.audio)))
        trial = read(number, said, heard, language, known)
        done.append(trial)
        if trial.found != number:
            progress(f"{language} {count}: said “{said}” ({speech.source}), heard {' | '.join(heard) or 'nothing'}")
    return done


def read(number: str, said: str, heard: Sequence[str], language: str, known: frozenset[str]) -> Trial:
    """What the readings `heard` come to, with and without the directory `known`."""
    fitting = [digits for digits in digits_heard(heard, language) if len(digits) == _DIGITS]
    first = [digits for text in heard[:1] for digits in digits_in(text, language) if len(digits) == _DIGITS]
    existing = [digits for digits in fitting if digits in known]
    supposed = [digits for digits in digits_supposed(heard, language) if digits in known]
    found = existing[0] if existing else supposed[0] if len(supposed) == 1 else ""
    written = "".join(re.findall(r"[0-9]", heard[0])) if heard else ""
    return Trial(number, said, tuple(heard), written, first[0] if first else "", found)


def number_document(results: Mapping[str, Sequence[Trial]], engines: Mapping[str, str]) -> dict[str, Any]:
    """The document of `hotline bench numbers` (shape: `bench X`)."""
    rows = [row for language, trials in results.items() for row in _rows(language, engines[language], trials)]
    machine = {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()}
    said = {language: [asdict(trial) for trial in trials] for language, trials in results.items()}
    return {"name": "numbers", "machine": machine, "rows": [asdict(row) for row in rows], "trials": said}


def _rows(language: str, engine: str, trials: Sequence[Trial]) -> list[Row]:
    case = f"{language} {engine}, {len(trials)} numbers"
    written = _percent(trial.written == trial.number for trial in trials)
    first = _percent(trial.first == trial.number for trial in trials)
    found = _percent(trial.found == trial.number for trial in trials)
    wrong = _percent(trial.found not in ("", trial.number) for trial in trials)
    limit = _LIMITS[language]
    return [
        Row(f"{case}: right, best reading", first, written, _ratio(first, written), "%", _YARDSTICK),
        Row(
            f"{case}: right, all readings and the directory",
            found,
            written,
            _ratio(found, written),
            "%",
            _YARDSTICK,
            limit,
            found >= limit,
        ),
        Row(f"{case}: somebody else's number read back", wrong, None, None, "%", _YARDSTICK),
    ]


def _percent(of: Iterable[bool]) -> float:
    hits = list(of)
    return round(100 * sum(hits) / len(hits), 1)


def _ratio(ours: float, yardstick: float) -> float | None:
    return round(ours / yardstick, 3) if yardstick else None
