"""Every word that the pages show, by language: `texts/<language>/<part>.toml`, `"key" = "text with {slots}"`."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""What each language of the pages is called by those who speak it; the first one stands in for what another lacks."""


class Words:
    """The texts of one language: `words("ticket.number", number=7)`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **slots: object) -> str:
        """The text with its slots filled. Raises KeyError for a key that is not there."""
        return self._texts[key].format(**slots)

    def told(self, key: str, slots: Mapping[str, str], lacking: str) -> str:
        """The text, with `lacking` for the slots that what is told of does not have."""
        return self._texts[key].format_map(defaultdict(lambda: lacking, slots))

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def under(self, prefix: str) -> dict[str, str]:
        """The texts whose keys begin so, by the rest of the key: for scripts, which fill the slots themselves."""
        return {key.removeprefix(prefix): text for key, text in self._texts.items() if key.startswith(prefix)}

    def of_id(self, key: str, id: str) -> str:
        """The text, or `id` made readable where there is none."""
        return self._texts.get(key) or readable(id)


def load_words(language: str, folders: Iterable[Path] = (FOLDER,)) -> Words:
    """The texts in `folders` in a language; what it lacks in English."""
    return _load(language, tuple(folders))


@cache
def _load(language: str, folders: tuple[Path, ...]) -> Words:
    texts: dict[str, str] = {}
    for each in dict.fromkeys((next(iter(LANGUAGES)), language)):
        for file in sorted(part for folder in folders for part in (folder / each).glob("*.toml")):
            texts |= tomllib.loads(file.read_text(encoding="utf-8"))
    return Words(language, texts)


def readable(identifier: str) -> str:
    words = identifier.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
