"""The linter of the dialplan: what no file shows by itself, found by reading menus, articles, prompts, scenarios and
sounds together. It fits no matcher, so that it is done in a moment."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dialplan.explanations import nearest
from dialplan.loader import Dialplan, load_dialplan
from dialplan.problems import DialplanError, Problem
from dialplan.prompts import REQUIRED
from dialplan.schema import Menu
from dialplan.yaml_source import YamlSource, read_yaml
from ivr.scenario import load_scenarios
from ivr.speech.renderings import renderings
from ivr.speech.sounds import ManifestError, read_manifest, text_hash
from ivr.speech.wording import WordingError, segments
from ivr.words import Command, normalised
from knowledge.article import Article
from knowledge.errors import ArticleError
from knowledge.library import Library, load_library

# What the flow fills into its prompts; all other prompts are fixed.
SLOTS: Mapping[str, frozenset[str]] = {
    "confirm.article": frozenset({"topic"}),
    "confirm.category": frozenset({"topic"}),
    "slot.confirm": frozenset({"value"}),
    "slot.options": frozenset({"options"}),
    "slot.option": frozenset({"name", "key"}),
    "article.answer": frozenset({"answer"}),
    "solved": frozenset({"number"}),
    "message.thanks": frozenset({"number"}),
    "message.empty": frozenset({"number"}),
}


def check(folder: Path, articles: Path, sounds: Path) -> list[Problem]:
    """Everything that is wrong with the dialplan in `folder`, sorted by place; `articles` and `sounds` are folders."""
    problems: list[Problem] = []
    dialplan: Dialplan | None = None
    library: Library | None = None
    try:
        dialplan = load_dialplan(folder)
    except DialplanError as error:
        problems += error.problems
    try:
        library = load_library(articles)
    except ArticleError as error:
        problems += (
            Problem(str(found.file), found.line, found.column, "error", found.code, found.message, found.suggestion)
            for found in error.problems
        )
    try:
        load_scenarios(tuple(folder.glob("scenarios")))
    except DialplanError as error:
        problems += error.problems
    if dialplan is not None:
        problems += _check_dialplan(dialplan, sounds)
        if library is not None:
            problems += _check_articles(dialplan, library, articles)
    return sorted(problems)


def _check_dialplan(dialplan: Dialplan, sounds: Path) -> Iterator[Problem]:
    source = read_yaml(dialplan.folder / "menus.yaml")
    yield from _menus_and_categories(dialplan, source)
    for language in dialplan.menus.languages:
        yield from _phrases(dialplan, language, source)
        prompts = read_yaml(dialplan.folder / f"prompts.{language}.yaml")
        yield from _prompts(dialplan, language, prompts)
        yield from _sounds(dialplan, language, prompts, sounds)


def _check_articles(dialplan: Dialplan, library: Library, folder: Path) -> Iterator[Problem]:
    source = read_yaml(dialplan.folder / "menus.yaml")
    for name, menu in dialplan.menus.menus.items():
        for index, option in enumerate(menu.options):
            for language in dialplan.menus.languages:
                if option.then.article is not None and library.get(option.then.article, language) is None:
                    known = [article.id for article in library.in_language(language)]
                    path = ("menus", name, "options", index, "then", "article")
                    message = f"there is no article '{option.then.article}' in '{language}'"
                    yield source.problem(path, "unknown-article", message, _did_you_mean(option.then.article, known))
    for article in library.articles.values():
        if article.category not in dialplan.menus.categories:
            yield _unknown_category(article, folder, list(dialplan.menus.categories))


def _unknown_category(article: Article, folder: Path, known: list[str]) -> Problem:
    file = folder / article.language / f"{article.id}.md"
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if text.startswith("category:")), 1)
    message = f"there is no category '{article.category}'"
    hint = _did_you_mean(article.category, known)
    return Problem(str(file), line, 1, "error", "unknown-category", message, hint)


def _menus_and_categories(dialplan: Dialplan, source: YamlSource) -> Iterator[Problem]:
    menus = dialplan.menus
    reachable = _reachable(menus.menus, [entry.menu for entry in menus.numbers.values()])
    for name in menus.menus:
        if name not in reachable:
            hint = "let a number or an option lead there, or remove it"
            yield _warning(source, ("menus", name), "unreachable-menu", f"no call can come to menu '{name}'", hint)
    with_key = {option.category for name in reachable for option in menus.menus[name].options}
    for name in menus.categories:
        if name not in with_key:
            hint = f"add an option with 'category: {name}' to a menu"
            message = f"category '{name}' can be said, but no key leads to it"
            yield _warning(source, ("categories", name), "category-without-key", message, hint)


def _reachable(menus: Mapping[str, Menu], start: list[str]) -> set[str]:
    found: set[str] = set()
    open_ends = list(start)
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends += [option.then.menu for option in menus[name].options if option.then.menu is not None]
    return found


def _phrases(dialplan: Dialplan, language: str, source: YamlSource) -> Iterator[Problem]:
    """The same words cannot mean two things."""
    owners: dict[str, tuple[str, ...]] = {}
    for owner, path, phrase in _all_phrases(dialplan, language):
        first = owners.setdefault(normalised(phrase), owner)
        if first != owner:
            message = f"'{phrase}' already means {' '.join(first)}"
            yield source.problem(path, "said-twice", message, "keep it in one of the two")


def _all_phrases(dialplan: Dialplan, language: str) -> Iterator[tuple[tuple[str, ...], tuple[str | int, ...], str]]:
    phrases = dialplan.menus.phrases[language]
    for meaning in (*(command.value for command in Command), "yes", "no", "filler"):
        for index, phrase in enumerate(getattr(phrases, meaning)):
            yield (meaning,), ("phrases", language, meaning, index), phrase
    for name, category in dialplan.menus.categories.items():
        for index, phrase in enumerate(category.phrases[language]):
            yield ("category", name), ("categories", name, "phrases", language, index), phrase


def _prompts(dialplan: Dialplan, language: str, source: YamlSource) -> Iterator[Problem]:
    used = set(REQUIRED) | {key for menu in dialplan.menus.menus.values() for key in (menu.ask, menu.keys) if key}
    for key, text in dialplan.prompts[language].items():
        known = SLOTS.get(key, frozenset())
        try:
            slots = [slot for _, slot in segments(text) if slot is not None]
        except WordingError as error:
            yield source.problem((key,), "bad-slot", str(error), "write {name}, or no braces at all")
            continue
        for slot in slots:
            if slot not in known:
                hint = f"known here: {', '.join(sorted(known))}" if known else "this text has no slots"
                yield source.problem((key,), "unknown-slot", f"nothing fills {{{slot}}} in '{key}'", hint)
        if key not in used:
            hint = _did_you_mean(key, sorted(used)) or "remove it"
            yield _warning(source, (key,), "unused-prompt", f"nothing says '{key}'", hint)


def _sounds(dialplan: Dialplan, language: str, source: YamlSource, folder: Path) -> Iterator[Problem]:
    try:
        recorded = {entry.text_hash: entry for entry in read_manifest(folder)}
    except ManifestError as error:
        yield Problem(
            str(folder / "manifest.yaml"), 1, 1, "error", "bad-manifest", str(error), "render the sounds again"
        )
        return
    named = {(entry.language, entry.name) for entry in recorded.values()}
    texts = {key: text for key, text in dialplan.prompts[language].items() if "{" not in text}
    for rendering in renderings({language: texts}, {}, {}):
        entry = recorded.get(text_hash(language, rendering.text))
        if entry is not None and entry.path(folder).is_file():
            continue
        why = "says something else" if (language, rendering.name) in named else "is missing"
        message = f"the recording of '{rendering.name}' {why}"
        yield _warning(source, (rendering.name,), "stale-sound", message, "run `hotline sounds render`")


def _warning(source: YamlSource, path: tuple[str | int, ...], code: str, message: str, suggestion: str) -> Problem:
    return replace(source.problem(path, code, message, suggestion), severity="warning")


def _did_you_mean(word: str, known: list[str]) -> str:
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else ""
