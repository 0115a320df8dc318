"""Latencies found in synthetic recordings whose truth is known."""

import numpy as np
import pytest

from ari_app.bench.measure import (
    Samples,
    barge_in_s,
    find_excerpt,
    lively_s,
    onset_s,
    percentile,
    stretches,
    turn_s,
)
from ivr.speech import mulaw
from ivr.speech.noises import noises

RANDOM = np.random.default_rng(7)


def recording(length_s: float, *sounds: tuple[float, float]) -> Samples:
    """Silence with noise from and to the given seconds."""
    samples = np.zeros(round(length_s * 8000), np.int16)
    for began_s, ended_s in sounds:
        begin, end = round(began_s * 8000), round(ended_s * 8000)
        samples[begin:end] = RANDOM.normal(0, 4000, end - begin).astype(np.int16)
    return samples


def test_stretches_join_short_gaps() -> None:
    samples = recording(3, (0.5, 1.0), (1.2, 1.6), (2.5, 2.75))
    assert [(s.began_s, s.ended_s) for s in stretches(samples, 0.3)] == [
        pytest.approx((0.5, 1.6), abs=0.006),
        pytest.approx((2.5, 2.75), abs=0.006),
    ]
    assert len(stretches(samples, 0.1)) == 3


def test_faint_noise_is_no_sound() -> None:
    faint = (RANDOM.normal(0, 150, 8000)).astype(np.int16)
    assert stretches(faint, 0.1) == []
    assert onset_s(faint, 0) is None


# 000-24
def test_barge_in_is_from_onset_to_silence() -> None:
    sent = recording(6, (0.2, 0.4), (2.0, 3.0))
    heard = recording(6, (0.5, 1.4), (1.6, 2.15), (4.0, 5.0))
    assert barge_in_s(sent, heard, since_s=1.0) == pytest.approx(0.15, abs=0.011)


# 000-24
@pytest.mark.parametrize(
    "heard",
    [recording(6), recording(6, (0.5, 1.9), (3.0, 4.0)), recording(6, (0.5, 6.0))],
    ids=["nothing heard", "silent at the onset", "never silent"],
)
def test_no_barge_in_where_there_is_nothing_to_measure(heard: Samples) -> None:
    assert barge_in_s(recording(6, (2.0, 3.0)), heard, since_s=1.0) is None


# 000-24
def test_a_turn_is_from_the_end_of_speech_to_the_next_sound() -> None:
    sent = recording(8, (1.0, 1.6), (1.9, 2.5), (6.0, 6.5))
    heard = recording(8, (0.0, 0.8), (3.4, 5.0))
    assert turn_s(sent, heard, 0.9, until_s=3.0) == pytest.approx(0.9, abs=0.011)
    assert turn_s(sent, heard, 5.5, until_s=7.0) is None
    assert turn_s(recording(8), heard, 0.9, until_s=3.0) is None


def test_lively_places_sound_on() -> None:
    reference = recording(6, (0.5, 0.8), (1.0, 2.0), (3.0, 4.2))
    places = lively_s(reference, 6)
    assert len(places) == 6
    assert all(1.0 <= place <= 1.51 or 3.0 <= place <= 3.71 for place in places)
    assert lively_s(recording(3), 5) == []


def test_an_excerpt_is_found_where_it_was_taken_and_a_stranger_is_not() -> None:
    reference = recording(5, (0.2, 4.8))
    heard = mulaw.decode(mulaw.encode(reference[16000:24000]))
    place_s, likeness = find_excerpt(heard, reference)
    assert (place_s, likeness) == (pytest.approx(2.0), pytest.approx(1.0, abs=0.01))
    assert find_excerpt(recording(1, (0.0, 1.0)), reference)[1] < 0.3
    assert find_excerpt(recording(1), reference) == (0.0, 0.0)


def test_percentiles_are_measured_values() -> None:
    values = [float(value) for value in range(20, 0, -1)]
    assert (percentile(values, 50), percentile(values, 95), percentile(values, 100)) == (10, 19, 20)
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


# 000-24
def test_noises_are_the_same_in_every_run_and_like_their_names() -> None:
    made = noises()
    assert made == noises()
    assert len({noise.name for noise in made}) == 20
    lengths_s = {noise.name.split()[0]: len(noise.audio) / 8000 for noise in made}
    assert lengths_s["click"] < 0.03 < 0.2 < lengths_s["cough"] < 0.45
    assert 0.4 <= lengths_s["breath"] <= 0.9
    loud = [noise.name for noise in made if stretches(mulaw.decode(noise.audio), 0.1)]
    assert len(loud) == 20
