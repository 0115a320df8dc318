"""Recordings: found by what they say, compared with what is wanted, and the sentences of recorded callers."""

from pathlib import Path

import numpy as np
import pytest

from ivr.speech import mulaw
from ivr.speech.callers import PhrasesError, plain, read_phrases
from ivr.speech.renderings import Rendering
from ivr.speech.sounds import ManifestError, Recordings, read_manifest
from ivr.speech.synthesis.collection import Collection, computed, spoken
from ivr.speech.synthesis.generated import hold_music, tone
from ivr.speech.synthesis.inspection import inspect
from ivr.speech.synthesis.kokoro import spelled
from ivr.speech.synthesis.levels import measure
from ivr.speech.synthesis.mandarin import ended, mandarin_phonemes, spelled_out
from ivr.speech.synthesis.mastering import master
from ivr.speech.wav import write_mulaw

HELLO = spoken(Rendering("hello", "en", "Hello there."), "af_heart")
BYE = spoken(Rendering("bye", "en", "Goodbye.", optional=True), "af_heart")


def speech(seconds: float = 0.5) -> bytes:
    """Something as loud, and between silences as long, as a recording is to be."""
    time = np.arange(round(seconds * 24000)) / 24000
    return master((0.1 * np.sin(2 * np.pi * 300 * time)).astype(np.float32), 24000)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Both recordings wanted and stored."""
    collection = Collection(tmp_path, (HELLO, BYE))
    collection.store(HELLO.recording, speech())
    collection.store(BYE.recording, speech(0.3))
    return collection


def test_a_recording_is_found_by_its_text(collection: Collection) -> None:
    recordings = Recordings(collection.folder)
    assert recordings.find("en", " Hello  there.\n") == speech()
    assert recordings.find("en", "Goodbye.") == speech(0.3)
    assert recordings.find("en", "Hello.") is None
    assert recordings.find("fr", "Hello there.") is None


def test_a_recording_is_read_once(collection: Collection) -> None:
    recordings = Recordings(collection.folder)
    recordings.find("en", "Hello there.")
    HELLO.recording.path(collection.folder).unlink()
    assert recordings.find("en", "Hello there.") == speech()


def test_memory_is_bounded(collection: Collection) -> None:
    recordings = Recordings(collection.folder, keep_bytes=len(speech()))
    recordings.find("en", "Hello there.")
    recordings.find("en", "Goodbye.")
    HELLO.recording.path(collection.folder).unlink()
    assert recordings.find("en", "Hello there.") is None
    assert recordings.find("en", "Goodbye.") is not None


def test_a_damaged_file_is_no_recording(collection: Collection) -> None:
    HELLO.recording.path(collection.folder).write_bytes(b"RIFF")
    recordings = Recordings(collection.folder)
    assert recordings.find("en", "Hello there.") is None
    assert recordings.find("en", "Goodbye.") is not None


@pytest.mark.parametrize("content", ["- {name: x}", "[", "hello", "- {name: x, name: y}"])
def test_a_broken_manifest_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.yaml").write_text(content)
    with pytest.raises(ManifestError, match=r"manifest\.yaml"):
        Recordings(tmp_path)


def test_the_manifest_says_who_speaks_and_on_what_terms(collection: Collection) -> None:
    assert read_manifest(collection.folder) == (BYE.recording, HELLO.recording)
    assert (HELLO.recording.voice, HELLO.recording.licence) == ("af_heart", "Apache-2.0")


def test_a_complete_collection_has_no_problems(collection: Collection) -> None:
    assert list(inspect(collection)) == []


def test_differences_are_missing_stale_and_extra(collection: Collection) -> None:
    changed = spoken(Rendering("hello", "en", "Hello again."), "af_heart")
    fresh = spoken(Rendering("new", "en", "Something new."), "af_heart")
    difference = Collection(collection.folder, (changed, fresh)).difference()
    assert difference.missing == (fresh,)
    assert difference.stale == (changed,)
    assert difference.extra == (BYE.recording.path(collection.folder),)


def test_another_voice_makes_stale(collection: Collection) -> None:
    other = spoken(Rendering("hello", "en", "Hello there."), "am_michael")
    assert Collection(collection.folder, (other, BYE)).difference().stale == (other,)


def test_removing_extras_leaves_the_rest(collection: Collection) -> None:
    smaller = Collection(collection.folder, (HELLO,))
    smaller.remove(smaller.difference().extra)
    assert list(inspect(smaller)) == []
    assert read_manifest(collection.folder) == (HELLO.recording,)


def test_a_missing_optional_recording_is_a_warning(tmp_path: Path) -> None:
    problems = {problem.file: problem.severity for problem in inspect(Collection(tmp_path, (HELLO, BYE)))}
    assert problems == {str(tmp_path / "en/hello.wav"): "error", str(tmp_path / "en/bye.wav"): "warning"}


def test_a_stale_optional_recording_is_a_warning(collection: Collection) -> None:
    changed = spoken(Rendering("bye", "en", "See you.", optional=True), "af_heart")
    (problem,) = inspect(Collection(collection.folder, (HELLO, changed)))
    assert (problem.kind, problem.severity) == ("stale", "warning")


@pytest.mark.parametrize(
    ("audio", "kind"),
    [
        (b"\xff" * 2000 + speech(), "silence"),
        (speech() + b"\xff" * 2000, "silence"),
        (mulaw.encode(mulaw.decode(speech()) // 4), "level"),
        (b"\x80\x00" * 4000, "peak"),
        (b"", "unreadable"),
    ],
)
def test_uneven_recordings_are_reported(collection: Collection, audio: bytes, kind: str) -> None:
    write_mulaw(HELLO.recording.path(collection.folder), audio)
    assert kind in {problem.kind for problem in inspect(collection)}


def test_mastering_makes_levels_and_silences_even() -> None:
    rng = np.random.default_rng(1)
    for rate, loudness, seconds in ((24000, 0.9, 1.0), (22050, 0.01, 0.4), (8000, 0.2, 2.0)):
        time = np.arange(round(rate * seconds)) / rate
        voice = loudness * np.sin(2 * np.pi * 220 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
        noisy = voice + loudness * 0.05 * rng.standard_normal(len(time))
        silence = np.zeros(rate // 3)
        levels = measure(master(np.concatenate([silence, noisy, silence, silence]).astype(np.float32), rate))
        assert abs(levels.active_dbfs + 20) < 1
        assert levels.peak_dbfs <= -3
        assert abs(levels.leading_ms - 60) <= 15
        assert abs(levels.trailing_ms - 120) <= 15
        assert abs(levels.seconds - seconds - 0.18) < 0.06


def test_mastering_bends_peaks_instead_of_cutting_them() -> None:
    time = np.arange(24000) / 24000
    clicks = 0.05 * np.sin(2 * np.pi * 300 * time)
    clicks[::2400] = 1.0
    levels = measure(master(clicks.astype(np.float32), 24000))
    assert -12 < levels.peak_dbfs <= -3


def test_mastering_silence_gives_nothing() -> None:
    assert master(np.zeros(24000, np.float32), 24000) == b""


@pytest.mark.parametrize(
    ("text", "said"),
    [("Open S A P now.", "Open S A, P now."), ("A plan B", "A plan B"), ("Is A or B in?", "Is A or B in?")],
)
def test_the_letter_a_of_an_abbreviation_is_no_article(text: str, said: str) -> None:
    assert spelled(text) == said


@pytest.mark.parametrize(
    ("latin", "said"),
    [("VPN", "V P N"), ("SAP and Outlook", "S A P and Outlook"), ("Wi-Fi", "Wi-Fi"), ("a PC", "a P C")],
)
def test_abbreviations_in_mandarin_are_spelled(latin: str, said: str) -> None:
    assert spelled_out(latin) == said


@pytest.mark.parametrize(
    ("text", "said"), [("不是", "不是。"), ("解决了吗？", "解决了吗？"), ("好，", "好，"), ("VPN", "VPN。")]
)
def test_a_text_of_mandarin_has_an_end(text: str, said: str) -> None:
    assert ended(text) == said


def test_latin_words_in_mandarin_are_spoken_as_such(tmp_path: Path) -> None:  # P-10
    pytest.importorskip("misaki", reason="the extra [voices] is not installed")
    heard: list[str] = []

    def english(text: str) -> str:
        heard.append(text)
        return f"<{text}>"

    phonemes = mandarin_phonemes(english, tmp_path)("打开Outlook 2016，再连VPN")
    assert heard == ["Outlook 2016", "V P N"]
    assert phonemes.endswith("<V P N> .")
    assert "Outlook" not in phonemes.replace("<Outlook 2016>", "")


def test_computed_sounds_are_soft_and_the_music_has_no_seam() -> None:
    music = hold_music()
    assert len(music) == 24 * 8000
    assert measure(music).peak_dbfs < -6
    assert measure(tone()).peak_dbfs < -12
    assert {wanted.recording.name for wanted in computed()} == {"tone", "hold-music"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My account is locked, and I cannot log in!", "my account is locked and i cannot log in"),
        ("I can't; the Wi-Fi's down…", "i can't the wi-fi's down"),
        ("  - ?", ""),
    ],
)
def test_callers_are_found_by_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


def test_phrases_become_renderings_with_their_voice(tmp_path: Path) -> None:
    (tmp_path / "phrases.en.yaml").write_text('am_michael: ["yes", "I can\'t log in."]\n')
    assert list(read_phrases(tmp_path)) == [
        ("am_michael", Rendering("yes", "en", "yes")),
        ("am_michael", Rendering("i-cant-log-in", "en", "i can't log in")),
    ]


@pytest.mark.parametrize("content", ["am_michael: yes", "- yes", "am_michael: [1]", "{"])
def test_broken_phrases_are_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "phrases.en.yaml").write_text(content)
    with pytest.raises(PhrasesError, match=r"phrases\.en\.yaml"):
        list(read_phrases(tmp_path))
