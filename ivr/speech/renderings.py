"""Which texts are worth recording ahead, and under which names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.conversation import Prompt
from ivr.speech.wording import Wording, fragment, segments


@dataclass(frozen=True, slots=True)
class Filling:
    """One known filling of a prompt's slots, e.g. the topic of one article."""

    name: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text to be recorded as `<language>/<name>.wav`. An optional one is synthesised while it is missing."""

    name: str
    language: str
    text: str
    optional: bool = False


Prompts = Mapping[str, Mapping[str, str]]
Fillings = Mapping[str, Mapping[str, Sequence[Filling]]]
Values = Mapping[str, Mapping[str, str]]


def renderings(prompts: Prompts, fillings: Fillings, values: Values) -> tuple[Rendering, ...]:
    """Every text of `prompts[language][key]` that is known ahead, each text once.

    A prompt without slots is recorded whole; one with `fillings[language][key]` once for each of them, as
    `<key>.<filling>`; of any other, the words around its slots, as `<key>.1`, `<key>.2` …, which are joined with
    recorded digits and with the recorded `values[language][name]`.
    """
    found: dict[tuple[str, str], Rendering] = {}
    for language, texts in prompts.items():
        wording = Wording(prompts)
        for key, template in texts.items():
            for rendering in _of_prompt(wording, language, key, template, fillings.get(language, {}).get(key, ())):
                found.setdefault((language, rendering.text), rendering)
        for name, text in values.get(language, {}).items():
            found.setdefault((language, text), Rendering(f"value.{name}", language, text, optional=True))
    return tuple(found.values())


def _of_prompt(
    wording: Wording, language: str, key: str, template: str, fillings: Sequence[Filling]
) -> Iterator[Rendering]:
    for filling in fillings:
        text = wording.text(Prompt(key, language, filling.slots))
        yield Rendering(f"{key}.{filling.name}", language, text.strip(), optional=True)
    parts = list(segments(template))
    if all(slot is None for _, slot in parts):
        yield Rendering(key, language, template.strip())
    else:
        words = [text for text in (fragment(literal) for literal, _ in parts) if text]
        for number, text in enumerate(words, start=1):
            yield Rendering(f"{key}.{number}", language, text)
