"""What `hotline bench numbers` counts. # 000-18"""

from ivr.speech.number_bench import PEOPLE, directory, number_document, read

KNOWN = frozenset({"442315", "683558"})


def test_a_directory_is_the_same_every_time() -> None:
    numbers = directory(7)
    assert numbers == directory(7) != directory(8)
    assert len(set(numbers)) == PEOPLE
    assert all(len(number) == 6 and not number.startswith("0") for number in numbers)


def test_the_reading_that_the_directory_has_is_found() -> None:
    trial = read("442315", "…", ["It's 442-350", "four four two three one five"], "en", KNOWN)
    assert (trial.written, trial.first, trial.found) == ("442350", "442350", "442315")


def test_number_words_are_more_than_written_digits() -> None:
    trial = read("442315", "…", ["Double four, 2315"], "en", KNOWN)
    assert (trial.written, trial.first, trial.found) == ("2315", "442315", "442315")


def test_a_swallowed_digit_is_supposed_only_of_one_number() -> None:
    assert read("683558", "…", ["工号68358"], "zh", KNOWN).found == "683558"
    assert read("683558", "…", ["工号68358"], "zh", KNOWN | {"688358"}).found == ""


def test_nothing_heard() -> None:
    trial = read("442315", "…", [], "en", KNOWN)
    assert (trial.written, trial.first, trial.found) == ("", "", "")


def test_the_document_counts_right_and_wrong() -> None:
    heard = [["442315"], ["four four two three one five"], ["683558"], []]
    trials = [read("442315", "…", readings, "en", KNOWN) for readings in heard]
    rows = number_document({"en": trials}, {"en": "whisper-base"})["rows"]
    assert [(row["ours"], row["yardstick"], row["ok"]) for row in rows] == [
        (50.0, 25.0, None),
        (50.0, 25.0, False),
        (25.0, None, None),
    ]
