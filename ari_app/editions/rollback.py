"""An earlier version's dialplan written back into its folder. The articles stay: who takes back a menu does not want to
lose what was written into the knowledge base meanwhile."""

import difflib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ari_app.editions.history import Copy, History, dialplan_files
from dialplan.problems import Problem
from ivr.check import check
from ivr.speech.atomic import write_atomically


def errors_of(version: Copy, articles: Path, sounds: Path) -> list[Problem]:
    """What keeps the version's dialplan from being used with the articles as they are now."""
    return [problem for problem in check(version.dialplan, articles, sounds) if problem.severity == "error"]


def roll_back(history: History, version: Copy, dialplan: Path, articles: Path, at: datetime, by: str) -> str:
    """Write the dialplan of `version` into the folder `dialplan`; what lies there is kept as a version first.

    Returns the version that the folder has now: another name than that of `version` when articles differ.

    Raises:
        OSError: a folder cannot be written.
    """
    with history.draft(dialplan, articles) as present:
        history.note(history.keep(present).version, at, f"kept before the rollback by {by}")
    wanted = {file.name: file.read_bytes() for file in dialplan_files(version.dialplan)}
    for name, content in wanted.items():
        write_atomically(dialplan / name, content)
    for file in dialplan_files(dialplan):
        if file.name not in wanted:
            file.unlink()
    with history.draft(dialplan, articles) as restored:
        history.note(history.keep(restored).version, at, f"rollback by {by}")
        return restored.version


def differences(old: Path, new: Path) -> Iterator[tuple[str, list[str]]]:
    """Each file of either dialplan that is not the same, with the lines of a unified diff."""
    names = sorted({file.name for folder in (old, new) for file in dialplan_files(folder)})
    for name in names:
        before, after = (_lines(folder / name) for folder in (old, new))
        if before != after:
            yield name, list(difflib.unified_diff(before, after, f"{old}/{name}", f"{new}/{name}", lineterm=""))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []
