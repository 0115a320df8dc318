"""Every word of the pages is there in every language, and every word that is asked for is there."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from tickets.viewer.words import LANGUAGES

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "tickets" / "viewer", ROOT / "ari_app" / "web")
FIRST, *OTHERS = LANGUAGES
_ASKED = re.compile(r"""\b(?:t|words|words_of\(request\))\(\s*["']([\w.\-]+)["']\s*[,)]""")
"""A key that stands in the source as it is."""


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for file in (folder / "texts" / language).glob("*.toml"):
            found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def slots(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def sources() -> list[Path]:
    return [file for folder in FOLDERS for kind in ("*.html", "*.py") for file in folder.rglob(kind)]


@pytest.mark.parametrize("language", OTHERS)
def test_all_languages_say_the_same(language: str) -> None:
    first, other = texts(FIRST), texts(language)
    assert first.keys() - other.keys() == set()
    assert other.keys() - first.keys() == set()
    assert {key for key in first if slots(first[key]) != slots(other[key])} == set()
    assert [key for key, text in other.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_in_one_place(language: str) -> None:
    files = [file for folder in FOLDERS for file in (folder / "texts" / language).glob("*.toml")]
    keys = Counter(key for file in files for key in tomllib.loads(file.read_text(encoding="utf-8")))
    assert [key for key, times in keys.items() if times > 1] == []


def test_what_is_asked_for_is_there() -> None:
    asked = {key: file.name for file in sources() for key in _ASKED.findall(file.read_text(encoding="utf-8"))}
    assert len(asked) > 100  # the pattern still finds them
    known = texts(FIRST)
    assert {key: file for key, file in asked.items() if key not in known} == {}
