import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.numbers import for_people, normalise


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("+49 30 901820", "+4930901820"),
        ("0049 (30) 90-1820", "+4930901820"),
        ("030 901820", "+4930901820"),
        ("sip:030901820@pbx.example;user=phone", "+4930901820"),
        ("tel:+442079460123", "+442079460123"),
        ("<sip:1044@10.0.0.1>", "1044"),
        ("1001", "1001"),
        ("12345", "12345"),
        ("alice", "alice"),
        ("anonymous", ""),
        ("sip:anonymous@anonymous.invalid", ""),
        ("Unknown", ""),
        ("", ""),
    ],
)
def test_numbers_are_kept_in_one_form(raw: str, kept: str) -> None:
    assert normalise(raw, "DE") == kept


@given(st.text(max_size=40))
def test_a_kept_number_stays_the_same(raw: str) -> None:
    once = normalise(raw, "DE")
    assert normalise(once, "DE") == once


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+4930901820", "030 901820"), ("+442079460123", "+44 20 7946 0123"), ("1044", "1044"), ("", "")],
)
def test_numbers_are_shown_as_people_write_them(number: str, shown: str) -> None:
    assert for_people(number, "DE") == shown
