"""Encoded texts kept on disk: not encoded again, shared by processes, bounded, thrown away when spoilt. # 000-14"""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoded import RememberedEncoder
from knowledge.encoders import FloatArray
from knowledge.matching import Matcher
from knowledge.target import Target


class Letters:
    """Counts letters, and notes what it was asked."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.asked += texts
        rows = np.array([[text.count(letter) + 0.1 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_text_is_encoded_once_and_its_row_comes_back_in_its_place(tmp_path: Path) -> None:
    first, second = Letters(), Letters()
    RememberedEncoder(first, tmp_path).encode(["tea", "coffee", "tea"])
    rows = RememberedEncoder(second, tmp_path).encode(["water", "coffee", "tea", "coffee"])
    assert (first.asked, second.asked) == (["tea", "coffee"], ["water"])
    assert np.array_equal(rows, Letters().encode(["water", "coffee", "tea", "coffee"]))


def test_another_encoder_has_its_own_rows(tmp_path: Path) -> None:
    other = Letters()
    other.name = "other"
    RememberedEncoder(Letters(), tmp_path).encode(["tea"])
    RememberedEncoder(other, tmp_path).encode(["tea"])
    assert other.asked == ["tea"]


@pytest.mark.parametrize("spoilt", [b"not a database" * 500, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_spoilt_file_is_thrown_away(tmp_path: Path, spoilt: bytes) -> None:
    RememberedEncoder(Letters(), tmp_path).encode(["tea"])
    for file in tmp_path.iterdir():
        file.write_bytes(spoilt)
    again, later = Letters(), Letters()
    RememberedEncoder(again, tmp_path).encode(["tea"])
    RememberedEncoder(later, tmp_path).encode(["tea"])
    assert (again.asked, later.asked) == (["tea"], [])


def test_rows_of_other_models_are_thrown_away(tmp_path: Path) -> None:
    RememberedEncoder(Letters(), tmp_path).encode(["tea"])
    with sqlite3.connect(tmp_path / "encoded.db") as database:
        database.execute("PRAGMA user_version = 1")
    database.close()
    again = Letters()
    RememberedEncoder(again, tmp_path).encode(["tea"])
    assert again.asked == ["tea"]


def test_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.encoded._MOST_ROWS", 3)
    for text in ("a", "b", "c", "d"):
        RememberedEncoder(Letters(), tmp_path).encode([text])
    again = Letters()
    RememberedEncoder(again, tmp_path).encode(["a", "b", "c", "d"])
    assert again.asked == ["a"]


def test_a_folder_that_cannot_be_used_is_only_a_loss_of_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert RememberedEncoder(Letters(), tmp_path / "file").encode(["tea"]).shape == (1, 26)


def _encode(folder: Path, texts: list[str]) -> int:
    letters = Letters()
    RememberedEncoder(letters, folder).encode(texts)
    return len(letters.asked)


def test_processes_and_threads_share_a_folder(tmp_path: Path) -> None:
    batches = [[f"{kind} {number}" for number in range(50)] for kind in ("tea", "coffee", "water", "milk")]
    with ProcessPoolExecutor(2) as processes, ThreadPoolExecutor(2) as threads:
        jobs = [pool.submit(_encode, tmp_path, batch) for pool in (processes, threads) for batch in batches]
        assert all(job.result() in range(51) for job in jobs)
    assert _encode(tmp_path, [text for batch in batches for text in batch]) == 0


def test_after_one_new_phrasing_only_that_one_is_encoded(tmp_path: Path) -> None:  # 000-19
    tea = ("a cup of tea", "tea with milk", "green tea", "hot tea")
    coffee = Target("coffee", ("black coffee", "a large coffee", "coffee to go", "some coffee"))
    before, after = Letters(), Letters()
    Matcher.fit([Target("tea", tea), coffee], "en", encoders=[before], kept=tmp_path)
    Matcher.fit([Target("tea", (*tea, "iced tea")), coffee], "en", encoders=[after], kept=tmp_path)
    assert (len(before.asked), after.asked) == (8, ["iced tea"])
