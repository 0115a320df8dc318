"""`hotline try`: what the line would make of a sentence. # 000-1, 000-16, D4, P-10

`utterances.<language>.yaml` holds sentences that nothing was learnt from.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dialplan.loader import Dialplan
from ivr.conversation import Hypothesis
from ivr.library import SpokenLibrary, targets
from ivr.open_question import OpenQuestion
from ivr.trial import Trial, try_sentence
from knowledge.library import Library

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Utterance:
    """`intent` is None for what is no business of the hotline; `must` be right by itself, not only most of the time."""

    language: str
    say: str
    intent: str | None
    must: bool = False


def read_utterances(language: str) -> list[Utterance]:
    text = (Path(__file__).parent / f"utterances.{language}.yaml").read_text(encoding="utf-8")
    return [Utterance(language, **row) for row in YAML(typ="safe").load(text)]


UTTERANCES = [utterance for language in LANGUAGES for utterance in read_utterances(language)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What `hotline try` makes of an utterance."""

    utterance: Utterance
    trial: Trial

    @property
    def is_right(self) -> bool:
        """The right target is in the top place."""
        return self.trial.ranking.candidates[0].target == self.utterance.intent

    @property
    def outcome(self) -> str:
        return self.trial.ranking.outcome


Answers = Mapping[Utterance, Answer]


@pytest.fixture(scope="module")
def answers(dialplan: Dialplan, library: Library, open_question: OpenQuestion) -> Answers:
    async def ask_all() -> list[Answer]:
        spoken = SpokenLibrary(library)
        return [
            Answer(one, await try_sentence(one.say, one.language, dialplan, open_question, spoken))
            for one in UTTERANCES
        ]

    return {answer.utterance: answer for answer in asyncio.run(ask_all())}


def in_scope(answers: Answers, language: str) -> list[Answer]:
    return [one for one in answers.values() if one.utterance.language == language and one.utterance.intent]


def out_of_scope(answers: Answers, language: str) -> list[Answer]:
    return [one for one in answers.values() if one.utterance.language == language and one.utterance.intent is None]


def share(them: Iterable[bool]) -> float:
    them = list(them)
    return sum(them) / len(them)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_was_learnt_from_the_utterances(dialplan: Dialplan, library: Library, language: str) -> None:
    learnt = {text.casefold() for target in targets(dialplan, library, language) for text in target.phrasings}
    learnt.update(text.casefold() for text in library.chatter.get(language, ()))
    assert not [one.say for one in UTTERANCES if one.language == language and one.say.casefold() in learnt]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_many_and_nearly_every_article_is_asked_for(library: Library, language: str) -> None:
    meant = [one.intent for one in UTTERANCES if one.language == language]
    assert sum(intent is not None for intent in meant) >= 90
    assert sum(intent is None for intent in meant) >= 20
    articles = {f"article:{article.id}" for article in library.in_language(language)}
    assert len(articles - set(meant)) <= len(articles) / 10


@pytest.mark.parametrize(
    "utterance", [one for one in UTTERANCES if one.must], ids=lambda one: f"{one.language}: {one.say}"
)
def test_what_must_be_understood_is(answers: Answers, utterance: Utterance) -> None:
    answer = answers[utterance]
    if utterance.intent is None:
        assert answer.outcome == "nomatch"
    else:
        assert answer.outcome in ("accept", "confirm")
        assert answer.is_right


@pytest.mark.parametrize(("language", "first", "understood"), [("en", 0.97, 0.96), ("zh", 0.96, 0.95)])
def test_most_is_understood(answers: Answers, language: str, first: float, understood: float) -> None:
    asked = in_scope(answers, language)
    assert share(one.is_right for one in asked) >= first
    assert share(one.is_right and one.outcome != "nomatch" for one in asked) >= understood


@pytest.mark.parametrize(("language", "accepted"), [("en", 0.93), ("zh", 0.80)])
def test_what_is_accepted_is_right_and_most_is_accepted(answers: Answers, language: str, accepted: float) -> None:
    taken = [one for one in in_scope(answers, language) if one.outcome == "accept"]
    assert len(taken) / len(in_scope(answers, language)) >= accepted
    assert share(one.is_right for one in taken) >= 0.98


@pytest.mark.parametrize("language", LANGUAGES)
def test_out_of_scope_is_rejected(answers: Answers, language: str) -> None:
    outside = out_of_scope(answers, language)
    assert share(one.outcome == "nomatch" for one in outside) >= 0.9
    assert share(one.outcome == "accept" for one in outside) <= 0.02


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("my thing is broken", "it does not work", "i have a problem", "help me")),
        *(("en", text) for text in ("something is wrong", "nothing works any more", "there is an error")),
        *(("zh", text) for text in ("我这个东西坏了", "用不了了", "我有个问题", "帮帮我", "出问题了", "什么都不好使")),
    ],
)
async def test_vague_complaints_are_not_acted_upon(open_question: OpenQuestion, language: str, text: str) -> None:
    assert (await open_question.rank((Hypothesis(text),), language)).outcome != "accept"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_words_nothing_is_understood(open_question: OpenQuestion, language: str) -> None:
    assert (await open_question.rank((Hypothesis(""),), language)).outcome == "nomatch"


async def test_a_misheard_best_reading_is_outweighed_by_the_others(open_question: OpenQuestion) -> None:
    readings = (
        Hypothesis("the print her does not sprint", 0.5),
        Hypothesis("the printer does not print", 0.45),
        Hypothesis("printer not printing", 0.4),
    )
    ranking = await open_question.rank(readings, "en")
    assert (ranking.outcome, ranking.candidates[0].target) == ("accept", "article:printer-does-not-print")


async def test_of_noise_one_reading_that_means_something_is_not_believed(open_question: OpenQuestion) -> None:
    readings = (Hypothesis("on right here", 0.5), Hypothesis("onedrive", 0.45), Hypothesis("all right", 0.4))
    assert (await open_question.rank(readings, "en")).outcome == "nomatch"


@pytest.fixture
def trial(dialplan: Dialplan, library: Library, open_question: OpenQuestion):
    async def make(text: str, language: str = "en") -> Trial:
        return await try_sentence(text, language, dialplan, open_question, SpokenLibrary(library))

    return make


@pytest.mark.parametrize(
    ("language", "text"), [("en", "my account is locked and i cannot log in"), ("zh", "喂，我账号被锁了，登不上去")]
)
async def test_an_article(trial, library: Library, language: str, text: str) -> None:
    document = (await trial(text, language)).as_json(library)
    assert document["outcome"] in ("accept", "confirm")
    assert document["intent"] == "article:account-locked"
    assert document["article"]["id"] == "account-locked"
    assert document["article"]["score"] == document["confidence"] == document["candidates"][0]["confidence"]
    assert document["decision"] == {"kind": "solved", "article": "account-locked"}
    assert (document["text"], document["lang"], document["slots"]) == (text, language, {})


@pytest.mark.parametrize(("language", "text"), [("en", "email"), ("zh", "邮箱")])
async def test_a_category(trial, library: Library, language: str, text: str) -> None:
    document = (await trial(text, language)).as_json(library)
    assert (document["intent"], document["article"]) == ("category:email", None)
    assert document["decision"]["kind"] == "enter_queue"
    assert document["decision"]["group"] == "helpdesk"


@pytest.mark.parametrize(("language", "text"), [("en", "operator"), ("zh", "转人工")])
async def test_a_person(trial, library: Library, language: str, text: str) -> None:
    document = (await trial(text, language)).as_json(library)
    assert (document["intent"], document["confidence"]) == ("operator", 1.0)
    assert document["decision"]["kind"] == "enter_queue"
    assert (document["decision"]["group"], document["decision"]["reason"]) == ("helpdesk", "asked")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "uh"), ("en", "the weather is lovely in spain today"), ("zh", "嗯"), ("zh", "今天西班牙天气真好")],
)
async def test_nothing_understood(trial, library: Library, language: str, text: str) -> None:
    document = (await trial(text, language)).as_json(library)
    assert (document["outcome"], document["intent"], document["article"]) == ("nomatch", None, None)
    assert document["decision"]["kind"] == "enter_queue"
