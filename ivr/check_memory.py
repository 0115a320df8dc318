"""What `hotline check` found is remembered: of files that are as they were, nothing is read a second time."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import structlog

from dialplan.problems import Problem
from knowledge.settings import KnowledgeSettings

_log = structlog.get_logger(__name__)
_ROOT = Path(__file__).parents[1]
_CODE = ("dialplan/*.py", "knowledge/*.py", "ivr/*.py", "ivr/check/*.py", "ivr/speech/*.py")
_KEPT = 8


def check_once(
    folder: Path, knowledge: KnowledgeSettings, sounds: Path, on_learning: Callable[[], None], today: date
) -> list[Problem]:
    """As `ivr.check.check`, or what that found before in the same files, on the same day, with the same program."""
    file = _file(folder, knowledge, sounds, today)
    if (known := _remembered(file)) is not None:
        return known
    from ivr.check import Understanding, check

    understanding = Understanding(knowledge, on_learning)
    found = check(folder, knowledge.in_force, sounds, understanding=understanding, today=today)
    _remember(file, found)
    return found


def _file(folder: Path, knowledge: KnowledgeSettings, sounds: Path, today: date) -> Path | None:
    """Named by all that the linter reads; None without a folder for it."""
    if knowledge.cache is None:
        return None
    seen = hashlib.sha256(repr((str(folder), str(sounds), knowledge, today)).encode())
    try:
        for path in _inputs(folder, knowledge.in_force, sounds):
            seen.update(f"{path} {path.is_file()}".encode())
            if path.is_file() and path.suffix != ".wav":  # of a recording it counts only that it is there
                with path.open("rb") as content:
                    seen.update(hashlib.file_digest(content, "sha256").digest())
    except OSError:  # the linter will say so
        return None
    return knowledge.cache / f"check-{seen.hexdigest()[:24]}.json"


def _inputs(folder: Path, articles: Path, sounds: Path) -> Iterator[Path]:
    places = ((folder, "*.yaml"), (folder, "scenarios/*.yaml"), (articles, "*/*"), (sounds, "manifest.yaml"))
    for place, pattern in (*places, (sounds, "*/*.wav"), *((_ROOT, code) for code in _CODE)):
        yield from sorted(place.glob(pattern))


def _remembered(file: Path | None) -> list[Problem] | None:
    try:
        return [Problem(**problem) for problem in json.loads(file.read_text(encoding="utf-8"))] if file else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        _log.warning("what was found before cannot be read", file=str(file), error=str(error))
        return None


def _remember(file: Path | None, found: list[Problem]) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(file.parent.glob("check-*.json"), key=lambda kept: kept.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps([problem.as_json() for problem in found]), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        _log.warning("what was found is not kept", folder=str(file.parent), error=str(error))
