"""The curve of found articles against what was heard wrongly: its sums, its sentences, its picture. # D4"""

import xml.etree.ElementTree as ElementTree

import pytest

from ari_app.bench.hearing import AS_TYPED, Trial, curve, held_out
from ari_app.bench.hearing_report import hearing_rows, picture
from knowledge.target import Target

TRIALS = [
    Trial("en", "", AS_TYPED, words=10, errors=0, place=1, yardstick_place=1),
    Trial("en", "am_michael", "silence", words=10, errors=1, place=1, yardstick_place=1),
    Trial("en", "bf_emma", "silence", words=10, errors=0, place=2, yardstick_place=0),
    Trial("en", "am_michael", "a room 5 dB below", words=10, errors=12, place=0, yardstick_place=0),
    Trial("en", "bf_emma", "a room 5 dB below", words=10, errors=4, place=3, yardstick_place=1),
]


def test_a_point_sums_the_words_and_counts_the_places_of_all_voices() -> None:
    typed, quiet, loud = curve(TRIALS)
    assert (typed.said, typed.errors, typed.first) == (1, 0.0, 100.0)
    assert (quiet.said, quiet.errors, quiet.first, quiet.third, quiet.yardstick) == (2, 5.0, 50.0, 100.0, 50.0)
    assert loud.surroundings == "a room 5 dB below"
    assert (loud.errors, loud.first, loud.third, loud.yardstick) == (80.0, 0.0, 50.0, 50.0)


def test_rows_show_levels_and_voices() -> None:
    rows = {row.case: row for row in hearing_rows(TRIALS)}
    assert rows["en, silence: found, first place"].ratio == 1.0
    assert rows["en, a room 5 dB below: words heard wrongly"].ours == 80.0
    assert rows["en, am_michael: found, first place"].ours == 50.0


def test_the_picture_is_well_formed_and_has_a_line_for_each_series() -> None:
    root = ElementTree.fromstring(picture(curve(TRIALS)))  # noqa: S314  our own
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert [line.get("class") for line in lines] == ["first", "third", "plain"]
    assert all(len((line.get("points") or "").split()) == 3 for line in lines)


def test_what_is_asked_was_not_learnt_and_nothing_else_is_lost() -> None:
    known = [Target(f"article:{name}", tuple(f"{name} {number}" for number in range(7))) for name in "abcd"]
    known.append(Target("operator", ("a person", "an agent", "somebody")))
    learnt, asked = held_out(known, 3)
    assert len(asked) == 3
    said = {phrasing: target.id for target in learnt for phrasing in target.phrasings}
    assert not any(sentence.text in said for sentence in asked)
    assert len(said) + len(asked) == sum(len(target.phrasings) for target in known)
    assert all(sentence.target.startswith("article:") for sentence in asked)


@pytest.mark.parametrize("count", [1, 100])
def test_the_same_sentences_are_asked_in_every_run(count: int) -> None:
    known = [Target(f"article:{name}", tuple(f"{name} {number}" for number in range(7))) for name in "abcd"]
    assert held_out(known, count) == held_out(known, count)
