"""What was synthesised is kept on disk, within bounds, or not at all."""

import os
from pathlib import Path

from ivr.speech.synthesis.cache import SpeechCache

SECOND = b"\x10" * 8000


def test_kept_speech_is_found_by_voice_and_text(tmp_path: Path) -> None:
    SpeechCache(tmp_path, 1_000_000).keep("anna", "hello", SECOND)
    again = SpeechCache(tmp_path, 1_000_000)
    assert again.find("anna", "hello") == SECOND
    assert again.find("bert", "hello") is None
    assert again.find("anna", "hello!") is None


def test_what_was_unused_longest_goes_first(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, 25_000)
    for age, text in enumerate(["one", "two", "three"]):
        cache.keep("anna", text, SECOND)
        for path in tmp_path.glob("*.wav"):
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100 - age))
    assert cache.find("anna", "one") == SECOND
    cache.keep("anna", "four", SECOND)
    assert [cache.find("anna", text) is not None for text in ("one", "two", "three", "four")] == [
        True,
        False,
        True,
        True,
    ]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 25_000


def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    cache = SpeechCache(in_the_way / "cache", 1_000_000)
    cache.keep("anna", "hello", SECOND)
    assert cache.find("anna", "hello") is None


def test_a_damaged_file_is_not_found(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, 1_000_000)
    cache.keep("anna", "hello", SECOND)
    for path in tmp_path.iterdir():
        path.write_bytes(b"")
    assert cache.find("anna", "hello") is None
