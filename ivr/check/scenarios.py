"""Scenarios: files that are broken, and names in them that the dialplan does not have."""

from collections.abc import Iterator, Sequence
from typing import Any

from dialplan.explanations import did_you_mean
from dialplan.problems import DialplanError, Problem
from dialplan.prompts import REQUIRED
from dialplan.walk import prompts
from dialplan.yaml_source import read_yaml
from ivr.check.subject import Subject
from ivr.scenario import Scenario, Script, load_scenarios


def check_scenarios(subject: Subject) -> Iterator[Problem]:
    for file in sorted(subject.dialplan.folder.glob("scenarios/*.yaml")):
        try:
            scenarios = load_scenarios((file,))
        except DialplanError as error:
            yield from error.problems
            continue
        for index, scenario in enumerate(scenarios):
            for path, kind, name, known in _unknown(subject, scenario):
                message, hint = f"there is no {kind} '{name}'", did_you_mean(name, known)
                # Read again only where a place is needed.
                yield read_yaml(file).problem(("scenarios", index, *path), f"unknown-{kind}", message, hint)


def _unknown(subject: Subject, scenario: Scenario) -> Iterator[tuple[tuple[Any, ...], str, str, Sequence[str]]]:
    spoken = [*REQUIRED, *(prompt for _, prompt in prompts(subject.files))]
    library = subject.library
    articles = [article.id for article in library.articles.values()] if library else None
    known = {
        "prompt": spoken,
        "group": list(subject.dialplan.groups),
        "category": list(subject.menus.categories),
        "language": list(subject.menus.languages),
        "article": articles,
        "announcement": list(subject.menus.announcements),
        "probe": list(subject.dialplan.probes.probes),
    }
    for path, kind, name in _names(scenario.script):
        there = known[kind]
        if name is not None and there is not None and name not in there:
            yield path, kind, name, there


def _names(script: Script) -> Iterator[tuple[tuple[Any, ...], str, str | None]]:
    expect = script.expect
    yield ("language",), "language", script.language
    yield ("expect", "category"), "category", expect.category
    for section in ("hears", "never_hears"):
        yield from ((("expect", section, index), "prompt", key) for index, key in enumerate(getattr(expect, section)))
    yield from ((("answers", key), "prompt", key) for key in script.answers)
    yield from ((("turns", index, "during"), "prompt", turn.during) for index, turn in enumerate(script.turns))
    yield from ((("probes", name), "probe", name) for name in script.probes)
    yield from ((("switched", "groups", name), "group", name) for name in script.switched.groups)
    for index, name in enumerate(script.switched.announcements):
        yield ("switched", "announcements", index), "announcement", name
    if expect.decision is not None and expect.decision != "none":
        yield ("expect", "decision", "group"), "group", expect.decision.group
        yield ("expect", "decision", "article"), "article", expect.decision.article
