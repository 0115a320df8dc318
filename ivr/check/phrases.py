"""What callers say: the same words cannot mean two things, and words that sound alike are confused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jellyfish import metaphone

from dialplan.problems import Problem
from dialplan.schema import Category, Intent
from dialplan.slots import Choice
from dialplan.walk import GROUPS, MENUS, Spot
from ivr.check.articles import at_article
from ivr.check.subject import Subject
from ivr.words import normalised
from knowledge.article import Article
from knowledge.wording import pinyin

_SHORTEST_SOUND = 3  # "uh" and "oh" are told apart by what was asked, not by their sound
# These say nothing by themselves: they only count together with something else.
_GLOBAL_WORDS = ("operator", "repeat", "back", "main_menu", "yes", "no", "first", "second", "skip", "next", "filler")


@dataclass(frozen=True, slots=True)
class _Said:
    """A phrase, what it means, and where it stands: in the dialplan or in an article."""

    text: str
    meaning: str
    where: Spot | Article


def check_phrases(subject: Subject) -> Iterator[Problem]:
    for language in subject.menus.languages:
        if language in subject.menus.phrases:
            yield from _check(subject, language, _open_question(subject, language))
            for choices in _choices(subject, language):
                yield from _check(subject, language, choices)


def _check(subject: Subject, language: str, phrases: list[_Said]) -> Iterator[Problem]:
    meanings: dict[str, _Said] = {}
    sounds: dict[str, _Said] = {}
    for said in phrases:
        words = normalised(said.text)
        first = meanings.setdefault(words, said)
        if first.meaning != said.meaning:
            message = f"'{said.text}' already means {first.meaning}"
            yield _problem(subject, said, "said-twice", message, "keep it in one of the two")
            continue
        sound = _sound(words, language)
        alike = sounds.setdefault(sound, said) if len(sound) >= _SHORTEST_SOUND else said
        if alike.meaning != said.meaning and isinstance(said.where, Spot):
            message = f"'{said.text}' sounds like '{alike.text}', which means {alike.meaning}"
            yield subject.warning(said.where, "sounds-alike", message, "say it in more or in other words")


def _problem(subject: Subject, said: _Said, code: str, message: str, hint: str) -> Problem:
    if isinstance(said.where, Article):
        return at_article(subject, said.where, said.text, code, message, hint)
    return subject.error(said.where, code, message, hint)


def _sound(words: str, language: str) -> str:
    """What is left for a recognizer that hears the sounds and not the spelling."""
    if language == "zh":
        return pinyin(words)
    parts = (word if re.search(r"\d", word) else metaphone(word) for word in words.split())
    return " ".join(parts) if language == "en" else words


def _open_question(subject: Subject, language: str) -> list[_Said]:
    """All that can be said to an open question. Articles come first: a clash is shown in the dialplan."""
    library, menus = subject.library, subject.menus
    found = [
        _Said(phrase, f"article {article.id}", article)
        for article in (library.in_language(language) if library else ())
        for phrase in (article.question, *article.phrasings)
    ]
    for name in _GLOBAL_WORDS:
        spot = Spot(MENUS, ("phrases", language, name))
        phrases = enumerate(getattr(menus.phrases[language], name))
        found += (_Said(phrase, name, spot / index) for index, phrase in phrases)
    for other, names in menus.phrases[language].other_language.items():
        spot = Spot(MENUS, ("phrases", language, "other_language", other))
        found += (_Said(phrase, f"other_language {other}", spot / index) for index, phrase in enumerate(names))
    found += _learnt("category", Spot(MENUS, ("categories",)), menus.categories, "name", language)
    found += _learnt("intent", Spot(MENUS, ("intents",)), menus.intents, "topic", language)
    return found


def _learnt(
    kind: str, section: Spot, parts: Mapping[str, Category | Intent], called: str, language: str
) -> Iterator[_Said]:
    """What it is called is learnt like a phrase."""
    for name, part in parts.items():
        texts = getattr(part, called)
        if language in texts:
            yield _Said(texts[language], f"{kind} {name}", section / name / called / language)
        spot = section / name / "phrases" / language
        phrases = enumerate(part.phrases.get(language, ()))
        yield from (_Said(phrase, f"{kind} {name}", spot / index) for index, phrase in phrases)


def _choices(subject: Subject, language: str) -> Iterator[list[_Said]]:
    """All that can be said to each question of a slot."""
    menus = subject.menus
    lists: list[tuple[Spot, Mapping[str, Choice]]] = [
        (Spot(MENUS, ("systems",)), menus.systems),
        (Spot(MENUS, ("departments",)), menus.departments),
        (Spot(MENUS, ("sites",)), menus.sites),
    ]
    lists += [(Spot(MENUS, ("slots", name, "choices")), slot.choices) for name, slot in menus.slots.items()]
    for spot, choices in lists:
        found: list[_Said] = []
        for name, choice in choices.items():
            if language in choice.name:
                found.append(_Said(choice.name[language], name, spot / name / "name" / language))
            phrases = enumerate(choice.phrases.get(language, ()))
            found += (_Said(phrase, name, spot / name / "phrases" / language / index) for index, phrase in phrases)
        yield found
    yield _of_agents(subject, language)


def _of_agents(subject: Subject, language: str) -> list[_Said]:
    """All that an agent can say to the menu of his telephone."""
    found: list[_Said] = []
    for name, pause in subject.dialplan.pauses.items():
        spot = Spot(GROUPS, ("pauses", name))
        if language in pause.name:
            found.append(_Said(pause.name[language], f"pause {name}", spot / "name" / language))
        phrases = enumerate(pause.phrases.get(language, ()))
        found += (_Said(phrase, f"pause {name}", spot / "phrases" / language / index) for index, phrase in phrases)
    for name, words in subject.dialplan.agent_words:
        spot = Spot(GROUPS, ("agent_words", name, language))
        found += (_Said(phrase, name, spot / index) for index, phrase in enumerate(words.get(language, ())))
    return found
