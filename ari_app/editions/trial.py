"""A version tried out before calls get it: checked and learnt in a process of its own, because that takes seconds of
computing, and callers of the running line would hear it: `python -m ari_app.editions.trial DIALPLAN ARTICLES`.

What was learnt stays in the cache: the controller finds it there.
"""

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from ari_app.editions.history import Copy
from ari_app.settings import SettingsError, load_settings
from dialplan.loader import load_dialplan
from dialplan.problems import Problem
from knowledge.library import load_library

_NICENESS = 10
_WITHIN_S = 600.0  # it gives way to all else on the machine
_PROBLEMS = TypeAdapter(tuple[Problem, ...])


class TrialFailed(Exception):
    """The trial itself did not work; the text is the end of what it said."""


async def try_out(copy: Copy) -> tuple[Problem, ...]:
    """The errors of `copy`; none when calls can have it. Warnings are not among them.

    Raises:
        TrialFailed: no verdict.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(copy.dialplan), str(copy.articles)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_WITHIN_S):
            verdict, said = await process.communicate()
    except TimeoutError:
        raise TrialFailed(f"no verdict within {_WITHIN_S:.0f} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
    if process.returncode != 0:
        raise TrialFailed(said.decode(errors="replace").strip()[-500:] or f"it ended with {process.returncode}")
    return _PROBLEMS.validate_json(verdict)


def in_place(problem: Problem, copy: Copy, dialplan: Path, articles: Path) -> Problem:
    """A problem of the copy as one of the files that the admin edits."""
    file = Path(problem.file)
    for copied, own in ((copy.dialplan, dialplan), (copy.articles, articles)):
        if file.is_relative_to(copied):
            return replace(problem, file=str(own / file.relative_to(copied)))
    return problem


def find_errors(dialplan: Path, articles: Path) -> list[Problem]:
    """What keeps these files from being used, having learnt from them when there is nothing."""
    from ivr.check import Understanding, check
    from ivr.open_question import fit_open_question
    from knowledge.errors import KnowledgeError

    settings = load_settings()
    found = check(dialplan, articles, settings.synthesis.sounds, understanding=Understanding(settings.knowledge))
    if errors := [problem for problem in found if problem.severity == "error"]:
        return errors
    try:
        fit_open_question(load_dialplan(dialplan), load_library(articles), settings.knowledge)
    except KnowledgeError as error:
        return [Problem(str(dialplan / "menus.yaml"), 1, 1, "error", "cannot-learn", str(error), "see docs/admins.md")]
    return []


def main() -> int:
    os.nice(_NICENESS)
    try:
        errors = find_errors(Path(sys.argv[1]), Path(sys.argv[2]))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps([error.as_json() for error in errors]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
