"""Where the `sounds_like` sentences land: understood as on live calls, and remembered until a phrase changes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

from dialplan.problems import Problem
from dialplan.walk import MENUS, Spot
from ivr.check.subject import Subject, Understanding
from knowledge.errors import KnowledgeError
from knowledge.library import Library

_log = structlog.get_logger(__name__)
_MACHINERY = Path(__file__).parents[2] / "knowledge"


@dataclass(frozen=True, slots=True)
class _Sentence:
    spot: Spot
    language: str
    text: str
    target: str


@dataclass(frozen=True, slots=True)
class _Verdict:
    """How a sentence was understood; `target` is the best one, "" without any."""

    outcome: str
    target: str
    confidence: float


def check_landing(subject: Subject, library: Library, understanding: Understanding) -> Iterator[Problem]:
    """Sentences that land on something else than what they stand under."""
    ear = _Ear(subject, library, understanding)
    try:
        for language in subject.menus.languages:
            sentences = [sentence for sentence in _sentences(subject) if sentence.language == language]
            verdicts = ear.verdicts(language, [sentence.text for sentence in sentences])
            for sentence in sentences:
                yield from _judged(subject, sentence, verdicts[sentence.text])
    except KnowledgeError as error:
        yield subject.error(Spot(MENUS, ()), "cannot-learn", str(error), "see docs/admins.md")


def _sentences(subject: Subject) -> Iterator[_Sentence]:
    menus = subject.menus
    for kind, section, parts in (("category", "categories", menus.categories), ("intent", "intents", menus.intents)):
        for name, part in parts.items():
            for language, sentences in part.sounds_like.items():
                spot = Spot(MENUS, (section, name, "sounds_like", language))
                yield from (
                    _Sentence(spot / index, language, text, f"{kind}:{name}") for index, text in enumerate(sentences)
                )


def _judged(subject: Subject, sentence: _Sentence, verdict: _Verdict) -> Iterator[Problem]:
    if verdict.outcome == "nomatch":
        message = f"'{sentence.text}' is not understood"
        hint = f"add phrases like it to {sentence.target}"
    elif verdict.target != sentence.target:
        message = f"'{sentence.text}' is understood as {verdict.target} ({verdict.confidence:.0%})"
        hint = f"add phrases like it to {sentence.target}, or take some from {verdict.target}"
    else:
        return
    yield subject.error(sentence.spot, "lands-elsewhere", message, hint)


class _Ear:
    """Understands sentences, or remembers how they were understood. Nothing is learnt while all are remembered."""

    def __init__(self, subject: Subject, library: Library, understanding: Understanding) -> None:
        self._subject, self._library, self._understanding = subject, library, understanding
        self._settings = understanding.settings

    def verdicts(self, language: str, sentences: list[str]) -> dict[str, _Verdict]:
        """
        Raises:
            KnowledgeError: nothing can be learnt from the phrases.
        """
        file = self._file(language)
        known = _remembered(file)
        new = {text: self._understood(language, text) for text in sentences if text not in known}
        if new and file is not None:
            _remember(file, known | new)
        return known | new

    def _understood(self, language: str, text: str) -> _Verdict:
        ranking = self._open_question.matchers[language].rank([(text, 1.0)])
        best = ranking.candidates[0] if ranking.candidates else None
        return _Verdict(ranking.outcome, best.target if best else "", best.confidence if best else 0.0)

    @cached_property
    def _open_question(self) -> Any:
        from ivr.open_question import fit_open_question

        self._understanding.on_learning()
        return fit_open_question(self._subject.dialplan, self._library, self._settings)

    def _file(self, language: str) -> Path | None:
        """Named by all that a verdict depends on: the phrases, the thresholds, and the code that understands."""
        if self._settings.cache is None:
            return None
        menus = self._subject.menus
        learnt = (
            [(name, part.name, part.phrases) for name, part in menus.categories.items()],
            [(name, part.topic, part.phrases) for name, part in menus.intents.items()],
            menus.phrases[language].operator,
            (self._library.in_language(language), self._library.chatter.get(language)),
            (language, self._settings.accept, self._settings.confirm),
        )
        name = hashlib.sha256(repr(learnt).encode())
        for code in sorted(_MACHINERY.glob("*.py")):
            name.update(code.read_bytes())
        return self._settings.cache / f"sounds-like-{name.hexdigest()[:24]}.json"


def _remembered(file: Path | None) -> dict[str, _Verdict]:
    try:
        kept: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file else {}
        return {text: _Verdict(**verdict) for text, verdict in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("what sentences landed on cannot be read", file=str(file), error=str(error))
        return {}


def _remember(file: Path, verdicts: dict[str, _Verdict]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(file.parent.glob("sounds-like-*.json"), key=lambda kept: kept.stat().st_mtime)[:-8]:
            old.unlink(missing_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps({text: asdict(verdict) for text, verdict in verdicts.items()}), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        _log.warning("what sentences landed on is not kept", folder=str(file.parent), error=str(error))
