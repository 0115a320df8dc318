"""prompts.<language>.yaml: texts by the names of prompts, and those that are missed."""

import re
from collections.abc import Iterator, Mapping

from dialplan.explanations import did_you_mean, nearest
from dialplan.problems import Problem
from dialplan.prompts import REQUIRED
from dialplan.walk import Files, prompts
from dialplan.yaml_source import YamlSource

_PROMPT_KEY = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")


def is_prompt_key(key: str) -> bool:
    return _PROMPT_KEY.match(key) is not None


def bad_texts(source: YamlSource) -> Iterator[Problem]:
    """What is no text, or has no proper name."""
    if not isinstance(source.tree, Mapping):
        yield source.problem((), "structure", "a mapping (key: text) is expected", "see docs/admins.md")
        return
    for key, text in source.tree.items():
        if not is_prompt_key(key):
            message = f"'{key}' is not the name of a prompt"
            yield source.problem((key,), "bad-form", message, "use small letters, as in 'main.ask'")
        if text is None or (isinstance(text, str) and not text.strip()):
            yield source.problem((key,), "not-text", f"the text of '{key}' is missing", "put a text in quotes")
        elif not isinstance(text, str):
            shown = source.written((key,)) or "…"
            message = f"a text is expected, and {shown} is none"
            yield source.problem((key,), "not-text", message, f'put it in quotes: "{shown}"')


def missing_prompts(files: Files, sources: Mapping[str, YamlSource]) -> Iterator[Problem]:
    """A prompt that no language has is missed where it is named, one that some have in the files of the others."""
    named = {prompt: spot for spot, prompt in reversed(list(prompts(files))) if prompt not in REQUIRED}
    anywhere = {key for texts in files.prompts.values() for key in texts}
    for prompt, spot in named.items():
        if files.prompts and prompt not in anywhere:
            hint = did_you_mean(prompt, sorted(anywhere)) or "add it to the prompts"
            yield sources[spot.file].problem(spot.path, "missing-prompt", f"no text for '{prompt}'", hint)
    wanted = [*REQUIRED, *(prompt for prompt in named if prompt in anywhere)]
    for language in files.prompts:
        yield from _missing_in_language(language, wanted, sources[f"prompts.{language}.yaml"])


def _missing_in_language(language: str, wanted: list[str], source: YamlSource) -> Iterator[Problem]:
    surplus = [key for key in source.tree if key not in wanted]
    for prompt in wanted:
        near = nearest(prompt, surplus) if prompt not in source.tree else None
        if prompt in source.tree or (near and not is_prompt_key(near)):  # that one is complained of anyway
            continue
        path, hint = ((near,), f"is it the one called '{near}'?") if near else ((), "add it")
        yield source.problem(path, "missing-prompt", f"no text for '{prompt}' in '{language}'", hint)
