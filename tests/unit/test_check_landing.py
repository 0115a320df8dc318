"""`sounds_like`: sentences that must be understood as what they stand under, tried on the real matcher. # P-2"""

import json
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dialplan.loader import SHIPPED, Reading
from dialplan.problems import Problem
from ivr.check.landing import check_landing
from ivr.check.subject import Subject, Understanding
from knowledge.library import Library
from knowledge.settings import KnowledgeSettings

NO_ARTICLES = Library({}, {})
LANDS = "i would like to order a new computer"
ELSEWHERE = "i want to speak to your manager about the service"
NOWHERE = "the green moon sings underwater every second tuesday"


def subject(**sounds_like: tuple[str, ...]) -> Subject:
    """The shipped dialplan in English, where only these intents have sentences: by their names with underscores."""
    reading = Reading(SHIPPED)
    assert reading.dialplan is not None
    assert reading.files is not None
    menus = reading.dialplan.menus
    said = {name.replace("_", "-"): {"en": sentences} for name, sentences in sounds_like.items()}
    intents = {
        name: intent.model_copy(update={"sounds_like": said.get(name, {})}) for name, intent in menus.intents.items()
    }
    menus = menus.model_copy(update={"languages": ("en",), "intents": intents})
    dialplan = replace(reading.dialplan, menus=menus)
    return Subject(dialplan, reading.files, reading.sources, NO_ARTICLES, Path(), date(2026, 11, 22))


SUBJECT = {"order_hardware": (LANDS, ELSEWHERE), "callback": (NOWHERE,)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    return KnowledgeSettings(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def first(settings: KnowledgeSettings) -> list[Problem]:
    return list(check_landing(subject(**SUBJECT), NO_ARTICLES, Understanding(settings)))


def test_what_lands_elsewhere_is_told_with_its_place(first: list[Problem]) -> None:
    assert [problem.code for problem in first] == ["lands-elsewhere"] * 2
    elsewhere, nowhere = first
    assert "is understood as intent:complaint" in elsewhere.message
    assert "add phrases like it to intent:order-hardware" in elsewhere.suggestion
    assert "is not understood" in nowhere.message
    places = Reading(SHIPPED).sources["menus.yaml"]
    assert (elsewhere.line, elsewhere.column) == places.place(("intents", "order-hardware", "sounds_like", "en"))


def test_a_second_time_nothing_is_learnt(first: list[Problem], settings: KnowledgeSettings) -> None:
    again = subject(**SUBJECT)
    began = time.process_time()
    assert list(check_landing(again, NO_ARTICLES, Understanding(settings, never))) == first
    assert time.process_time() - began < 0.5


def never() -> None:
    pytest.fail("something is learnt")


def test_what_is_remembered_belongs_to_these_phrases(first: list[Problem], settings: KnowledgeSettings) -> None:
    assert settings.cache is not None
    (file,) = settings.cache.glob("sounds-like-*.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert set(kept) == {LANDS, ELSEWHERE, NOWHERE}
    kept[NOWHERE]["outcome"], kept[NOWHERE]["target"] = "accept", "intent:callback"
    file.write_text(json.dumps(kept), encoding="utf-8")
    assert len(list(check_landing(subject(**SUBJECT), NO_ARTICLES, Understanding(settings)))) == 1
    file.write_text("no json", encoding="utf-8")
    assert list(check_landing(subject(**SUBJECT), NO_ARTICLES, Understanding(settings))) == first


def test_without_sentences_nothing_is_learnt() -> None:
    assert list(check_landing(subject(), NO_ARTICLES, Understanding(KnowledgeSettings(), never))) == []
