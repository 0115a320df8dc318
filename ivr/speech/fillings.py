"""What fills the slots of the line's prompts, as far as it is recorded: topics, names of what there is to choose.

Answers of articles come and go: they are spoken into the speech cache (`synthesis/ahead.py`).
"""

from collections.abc import Iterator, Mapping

from dialplan.loader import Dialplan
from dialplan.slots import Choice
from ivr.expected_wait import TOLD_MINUTES
from ivr.speech.renderings import Filling, Fillings, Values
from ivr.spoken.quantities import amount_in_words, number_in_words
from ivr.spoken.read_back import choices_of, named_options, spoken_options
from knowledge.library import Library


def known_fillings(dialplan: Dialplan, library: Library) -> Fillings:
    """By language and prompt key; named by the id of the article, intent or category."""
    return {
        language: {
            "confirm.article": [
                Filling(article.id, {"topic": article.topic}) for article in library.in_language(language)
            ],
            "confirm.intent": [
                Filling(name, {"topic": topic})
                for name, intent in dialplan.menus.intents.items()
                if (topic := intent.topic.get(language))
            ],
            "confirm.category": [
                Filling(name, {"topic": topic})
                for name, category in dialplan.menus.categories.items()
                if (topic := category.topic.get(language))
            ],
            "slot.options": [
                Filling(name, {"options": spoken_options(slot, dialplan, language)})
                for name, slot in dialplan.menus.slots.items()
                if choices_of(slot, dialplan)
            ],
            "agent.reason": [Filling("pauses", {"options": named_options(dialplan.pauses, dialplan, language)})],
        }
        for language in dialplan.prompts
    }


def known_values(dialplan: Dialplan, library: Library) -> Values:
    """What is spoken in several prompts, or beside another value: by language and name."""
    return {
        language: {name: text for name, text in _values(dialplan, library, language) if text}
        for language in dialplan.prompts
    }


def _numbers(language: str) -> Iterator[tuple[str, str]]:
    """Places in the queue, and minutes of waiting; where they are spoken digit by digit, nothing."""
    for number in (*range(2, 21), *(told for told in TOLD_MINUTES if told > 20)):
        in_words, amount = number_in_words(number, language), amount_in_words(number, language)
        if not in_words.isdigit():
            yield f"number.{number}", in_words
            if amount != in_words:
                yield f"amount.{number}", amount


def _values(dialplan: Dialplan, library: Library, language: str) -> Iterator[tuple[str, str | None]]:
    yield from _numbers(language)
    menus = dialplan.menus
    for article in library.in_language(language):
        yield f"article.{article.id}", article.topic
    for name, intent in menus.intents.items():
        yield f"intent.{name}", intent.topic.get(language)
    for name, category in menus.categories.items():
        yield f"category.{name}", category.topic.get(language)
    for name, item in menus.catalogue.items():
        yield f"item.{name}", item.name.get(language)
    choices: list[tuple[str, Mapping[str, Choice]]] = [("system", menus.systems), ("department", menus.departments)]
    choices += [("pause", dialplan.pauses), *((name, slot.choices) for name, slot in menus.slots.items())]
    for kind, named in choices:
        for name, choice in named.items():
            yield f"{kind}.{name}", choice.name.get(language)
    for name, card in dialplan.agents.items():
        yield f"agent.{name}", card.name
