"""Texts in the script of another language: Chinese under `en`, a sentence left in English under `zh`."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from dialplan.problems import Problem
from dialplan.walk import HOURS, Spot, phrases, texts
from ivr.check.subject import Subject

# By the first word of the name that Unicode gives to a letter; languages that are not here have Latin letters.
_SCRIPTS: Mapping[str, frozenset[str]] = {
    "zh": frozenset({"CJK"}),
    "ja": frozenset({"CJK", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA", "KATAKANA-HIRAGANA"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be"), frozenset({"CYRILLIC"})),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    **dict.fromkeys(("ar", "fa", "ur"), frozenset({"ARABIC"})),
    "hi": frozenset({"DEVANAGARI"}),
    "th": frozenset({"THAI"}),
}
_LATIN = frozenset({"LATIN", "FULLWIDTH"})
_A_SENTENCE = 4  # foreign words in a row; fewer may be the names of products


def check_scripts(subject: Subject) -> Iterator[Problem]:
    for spot, language, text in _all(subject):
        wrong = _wrong_script(text, language)
        if wrong is not None:
            message = f"“{text:.30}” is written in {wrong}, and stands under '{language}'"
            yield subject.warning(spot, "wrong-script", message, "translate it, or move it to its own language")


def _all(subject: Subject) -> Iterator[tuple[Spot, str, str]]:
    languages = subject.menus.languages
    for spot, by_language in texts(subject.files):
        if spot.file != HOURS:
            yield from (
                (spot / language, language, text) for language, text in by_language.items() if language in languages
            )
    for spot, said in phrases(subject.files):
        for language in languages:
            for index, phrase in enumerate(said.get(language, ())):
                yield spot / language / index, language, phrase
    for language, prompts in subject.dialplan.prompts.items():
        for key, text in prompts.items():
            yield Spot(f"prompts.{language}.yaml", (key,)), language, re.sub(r"{\w*}", " ", text)


def _wrong_script(text: str, language: str) -> str | None:
    """The script that `text` should not be in. Latin names may stand in any language."""
    own = _SCRIPTS.get(language, _LATIN)
    scripts = {unicodedata.name(letter, "?").split(" ")[0] for letter in text if letter.isalpha()}
    if foreign := scripts - own - _LATIN:
        return " and ".join(sorted(script.title() for script in foreign)).replace("Cjk", "Chinese")
    is_foreign = not scripts & own and len(re.findall(r"[A-Za-z']{2,}", text)) >= _A_SENTENCE
    return "Latin letters" if is_foreign else None
