"""The shipped articles and menus, asked with sentences that nothing was learnt from.

`knowledge_utterances.tsv`: what is meant, a tab, the sentence. `-` is out of scope, `?` too vague to act on.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.loader import load_dialplan
from ivr.library import targets
from knowledge.library import Library, load_library
from knowledge.matching import Matcher, Ranking
from knowledge.settings import KnowledgeSettings

UTTERANCES = Path(__file__).parent / "data" / "knowledge_utterances.tsv"


@dataclass(frozen=True, slots=True)
class Asked:
    meant: str
    text: str
    ranking: Ranking

    @property
    def is_right(self) -> bool:
        return self.ranking.candidates[0].target == self.meant


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(KnowledgeSettings().articles)


@pytest.fixture(scope="module")
def matcher(library: Library) -> Matcher:
    return Matcher.fit(targets(load_dialplan(), library, "en"), "en", names=library.vocabulary("en"))


@pytest.fixture(scope="module")
def asked(matcher: Matcher) -> list[Asked]:
    rows = [line.split("\t") for line in UTTERANCES.read_text(encoding="utf-8").splitlines()]
    return [Asked(_target(meant), text, matcher.rank([(text, 1.0)])) for meant, text in rows]


def _target(meant: str) -> str:
    return meant if meant in {"-", "?", "operator"} or ":" in meant else f"article:{meant}"


def in_scope(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if one.meant not in {"-", "?"}]


def test_nothing_was_learnt_from_the_sentences(asked: list[Asked], library: Library) -> None:
    learnt = {text.casefold() for target in targets(load_dialplan(), library, "en") for text in target.phrasings}
    assert not [one.text for one in asked if one.text in learnt]


def test_the_right_target_comes_first(asked: list[Asked]) -> None:  # D4
    known = in_scope(asked)
    assert len(known) >= 100
    assert sum(one.is_right for one in known) / len(known) >= 0.97


def test_what_is_accepted_is_right_and_most_is_accepted(asked: list[Asked]) -> None:  # 000-16
    accepted = [one for one in in_scope(asked) if one.ranking.outcome == "accept"]
    assert len(accepted) / len(in_scope(asked)) >= 0.92
    assert sum(one.is_right for one in accepted) / len(accepted) >= 0.98


def test_out_of_scope_is_rejected(asked: list[Asked]) -> None:
    outside = [one for one in asked if one.meant == "-"]
    assert len(outside) >= 25
    assert not [one.text for one in outside if one.ranking.outcome == "accept"]
    assert sum(one.ranking.outcome == "nomatch" for one in outside) / len(outside) >= 0.9


def test_vague_complaints_are_not_acted_upon(asked: list[Asked]) -> None:
    assert not [one.text for one in asked if one.meant == "?" and one.ranking.outcome == "accept"]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("my account is locked and i cannot log in", "article:account-locked"),
        ("vpn will not connect from home", "article:vpn-does-not-connect"),
        ("i want to talk to a person", "operator"),
    ],
)
def test_the_sentences_of_the_demo_are_accepted(matcher: Matcher, text: str, target: str) -> None:
    ranking = matcher.rank([(text, 1.0)])
    assert (ranking.outcome, ranking.candidates[0].target) == ("accept", target)


@pytest.mark.parametrize("text", ["what is the weather tomorrow", "tell me a joke", "uh", "", "asdf qwer"])
def test_chatter_and_noise_are_no_match(matcher: Matcher, text: str) -> None:
    assert matcher.rank([(text, 1.0)]).outcome == "nomatch"


def test_a_misheard_best_reading_is_outweighed_by_the_others(matcher: Matcher) -> None:
    readings = [
        ("the print her does not sprint", 0.5),
        ("the printer does not print", 0.45),
        ("printer not printing", 0.4),
    ]
    ranking = matcher.rank(readings)
    assert (ranking.outcome, ranking.candidates[0].target) == ("accept", "article:printer-does-not-print")
