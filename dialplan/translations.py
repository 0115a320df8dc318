"""What a language of the dialplan still lacks."""

from collections.abc import Iterator, Mapping

from dialplan.problems import Problem
from dialplan.schema import MenusFile
from dialplan.walk import HOURS, MENUS, Files, phrases, texts
from dialplan.yaml_source import YamlSource

_LEARNT = ("categories", "intents")
# Without these words a caller cannot steer the line by voice.
_NEEDED = ("operator", "repeat", "back", "main_menu", "yes", "no")


def check_languages(files: Files, sources: Mapping[str, YamlSource]) -> Iterator[Problem]:
    """Texts, phrases and words that are missing in a language of the dialplan."""
    for language in files.menus.languages:
        yield from _global_words(files.menus, language, sources[MENUS])
        for spot, text in texts(files):
            # The name of a holiday is a note for people who read the file.
            if spot.file != HOURS and not text.get(language, "").strip():
                what = f"no {spot.path[-1]} in '{language}'"
                yield sources[spot.file].problem(spot.path, "missing-language", what, f"add '{language}:'")
        for spot, said in phrases(files):
            if spot.path[0] in _LEARNT and spot.path[-1] == "phrases" and not said.get(language):
                what = f"no phrases in '{language}'"
                yield sources[spot.file].problem(spot.path, "missing-language", what, f"add '{language}:'")


def _global_words(menus: MenusFile, language: str, source: YamlSource) -> Iterator[Problem]:
    words = menus.phrases.get(language)
    if words is None:
        yield source.problem(("phrases",), "missing-language", f"no phrases for '{language}'", f"add '{language}:'")
        return
    for name in _NEEDED:
        if not getattr(words, name):
            code = "no-agent-exit" if name == "operator" else "missing-words"
            message = f"no words for '{name}' in '{language}'"
            yield source.problem(("phrases", language, name), code, message, "name at least one")
    for other in menus.languages:
        if other != language and not words.other_language.get(other):
            path = ("phrases", language, "other_language")
            message = f"nobody who speaks '{language}' can ask for '{other}'"
            yield source.problem(path, "missing-words", message, f"add '{other}:' with its names")
