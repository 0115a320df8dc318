"""The linter of the dialplan: what no file shows by itself, found by reading menus, articles, prompts, hours, scenarios
and sounds together."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dialplan.loader import Reading
from dialplan.problems import DialplanError, Problem
from ivr.check.actions import check_actions
from ivr.check.articles import check_articles
from ivr.check.groups import check_groups
from ivr.check.hours import check_hours
from ivr.check.near_phrasings import check_near_phrasings
from ivr.check.phrases import check_phrases
from ivr.check.prompts import check_prompts
from ivr.check.quotes import check_quotes
from ivr.check.reach import check_reach
from ivr.check.recordings import check_recordings
from ivr.check.scenarios import check_scenarios
from ivr.check.scripts import check_scripts
from ivr.check.subject import Subject, Understanding
from ivr.check.waiting import check_waiting
from knowledge.errors import ArticleError
from knowledge.library import Library, load_library

__all__ = ["Understanding", "check", "check_with_library"]


def check(
    folder: Path,
    articles: Path,
    sounds: Path,
    *,
    understanding: Understanding | None = None,
    today: date | None = None,
) -> list[Problem]:
    """Everything that is wrong with the dialplan in `folder`, sorted by place; `articles` and `sounds` are folders.

    With `understanding` the `sounds_like` sentences are tried too: seconds when phrases have changed, else a moment.
    """
    library, problems = _library(articles)
    problems += check_with_library(folder, library, articles, sounds, understanding=understanding, today=today)
    return sorted(problems)


def check_with_library(
    folder: Path,
    library: Library | None,
    articles: Path,
    sounds: Path,
    *,
    understanding: Understanding | None = None,
    today: date | None = None,
) -> list[Problem]:
    """As `check`, with the articles of the folder `articles` already read; None while one of them is broken."""
    reading = Reading(folder)
    problems = list(reading.problems)
    for source in reading.sources.values():
        problems += check_quotes(source)
    if reading.dialplan is not None and reading.files is not None:
        subject = Subject(reading.dialplan, reading.files, reading.sources, library, articles, today or date.today())
        problems += _across_files(subject, sounds)
        if understanding is not None and library is not None and not any(_is_error(problem) for problem in problems):
            # Imported late: it brings the libraries that learn, which take longer to load than all else to check.
            from ivr.check.landing import check_landing

            problems += check_landing(subject, library, understanding)
    else:
        problems += _broken_scenarios(folder)
    return problems


def _across_files(subject: Subject, sounds: Path) -> Iterator[Problem]:
    yield from check_actions(subject)
    yield from check_reach(subject)
    for look in (check_groups, check_waiting, check_hours, check_phrases, check_prompts, check_scripts):
        yield from look(subject)
    yield from check_articles(subject)
    yield from check_near_phrasings(subject)
    yield from check_scenarios(subject)
    yield from check_recordings(subject, sounds)


def _library(folder: Path) -> tuple[Library | None, list[Problem]]:
    try:
        return load_library(folder), []
    except ArticleError as error:
        return None, [
            Problem(str(found.file), found.line, found.column, "error", found.code, found.message, found.suggestion)
            for found in error.problems
        ]


def _broken_scenarios(folder: Path) -> list[Problem]:
    from ivr.scenario import load_scenarios

    try:
        load_scenarios(tuple(folder.glob("scenarios")))
    except DialplanError as error:
        return error.problems
    return []


def _is_error(problem: Problem) -> bool:
    return problem.severity == "error"
