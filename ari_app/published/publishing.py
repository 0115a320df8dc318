"""Before a version is published: would the line take it?"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ari_app.editions.history import Copy, History, version_of
from ari_app.editions.trial import TrialFailed, in_place, try_out
from ari_app.editions.verdicts import Verdicts
from ari_app.settings import Settings
from dialplan.problems import Problem as DialplanProblem
from ivr.check import check
from knowledge.article import Article, parse_article
from knowledge.errors import Problem
from knowledge.store import ArticleKey

_DRAFTS = "trials"


def try_publication(settings: Settings, key: ArticleKey, text: str | None) -> tuple[Problem, ...]:
    """`try_publications` of one article."""
    return try_publications(settings, {key: text})


def try_publications(settings: Settings, texts: Mapping[ArticleKey, str | None]) -> tuple[Problem, ...]:
    """What the line would refuse `texts` for as those articles, beside all others that are in force; None is to be
    without one. Empty: it would take them. Files of articles are named by their keys, as `en/vpn-slow.md`.

    Takes seconds, in a process that gives way to calls; what was found good and learnt is there when it is published.
    """
    for key, text in texts.items():
        if text is not None and not isinstance(read := parse_article(text, key.file), Article):
            return read
    drafts = History(settings.state_dir / _DRAFTS)
    try:
        with drafts.draft(settings.dialplan, settings.knowledge.in_force) as draft:
            for key, text in texts.items():
                _put(draft, key, text)
            version, verdicts = version_of(draft.dialplan, draft.articles), Verdicts(settings.state_dir)
            if verdicts.is_good(version):
                return ()
            found = asyncio.run(try_out(draft))
            if not found:
                verdicts.note_good(version)
            return tuple(_of_article(in_place(problem, draft, settings.dialplan, Path())) for problem in found)
    except (TrialFailed, OSError) as error:
        hint = "try it again, and see the log of the web pages if that does not help"
        return (Problem(next(iter(texts)).file, 1, 1, "trial-failed", f"it could not be tried out: {error}", hint),)


def check_import(settings: Settings, texts: Mapping[ArticleKey, str]) -> tuple[Problem, ...]:
    """What the line would refuse of `texts`, published together with what is in force; nothing is learnt for it, so it
    takes two seconds."""
    with History(settings.state_dir / _DRAFTS).draft(settings.dialplan, settings.knowledge.in_force) as draft:
        for key, text in texts.items():
            _put(draft, key, text)
        found = check(draft.dialplan, draft.articles, settings.synthesis.sounds)
        errors = (problem for problem in found if problem.severity == "error")
        return tuple(_of_article(in_place(problem, draft, settings.dialplan, Path())) for problem in errors)


def _put(draft: Copy, key: ArticleKey, text: str | None) -> None:
    file = draft.articles / key.file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True) if text is None else file.write_bytes(text.encode())


def _of_article(problem: DialplanProblem) -> Problem:
    place = Path(problem.file), problem.line, problem.column
    return Problem(*place, problem.code, problem.message, problem.suggestion)
