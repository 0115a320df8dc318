"""What recorded callers say: `sounds/callers/phrases.<language>.yaml`, voices with their sentences.

They stand in for people wherever the line is called by a machine: `hotline call --say`, the demo, the tests.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ivr.speech.renderings import Rendering

_PHRASES = TypeAdapter(dict[str, list[str]])


class PhrasesError(Exception):
    """A file of phrases is broken."""


def plain(text: str) -> str:
    """`text` as it is heard: no case, no punctuation but in words."""
    return " ".join(re.findall(r"\w+(?:['’-]\w+)*", text.casefold()))


def read_phrases(folder: Path) -> Iterator[tuple[str, Rendering]]:
    """Each sentence of `folder`, as a rendering of its plain words, with the voice that says it.

    Raises:
        PhrasesError: a file is broken.
    """
    for path in sorted(folder.glob("phrases.*.yaml")):
        language = path.suffixes[0].removeprefix(".")
        try:
            voices = _PHRASES.validate_python(YAML(typ="safe", pure=True).load(path))
        except (OSError, YAMLError, ValidationError) as error:
            raise PhrasesError(f"{path}: {error}") from error
        for voice, texts in voices.items():
            for text in texts:
                words = plain(text)
                yield voice, Rendering(words.replace(" ", "-").replace("'", ""), language, words)
