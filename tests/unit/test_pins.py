"""Which PINs are taken."""

import pytest

from tickets.pins import WeakPin, check_new_pin, generate_pin

MINE = frozenset({"10442", "+4915112345678", "1044"})


@pytest.mark.parametrize("pin", ["8314", "83140", "629517", "5902846", "40718263", "9075"])
def test_good_pins(pin: str) -> None:
    check_new_pin(pin, MINE)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("123", "4 to 8"),
        ("831405926", "4 to 8"),
        ("83a4", "4 to 8"),
        ("８３１４", "4 to 8"),
        ("8314\n", "4 to 8"),
        ("", "4 to 8"),
        ("0000", "repeat"),
        ("7777777", "repeat"),
        ("1212", "repeat"),
        ("83148314", "repeat"),
        ("1234", "count"),
        ("4321", "count"),
        ("7890", "count"),
        ("0987", "count"),
        ("12345678", "count"),
        ("1984", "date"),
        ("2026", "date"),
        ("2402", "date"),
        ("0224", "date"),
        ("2902", "date"),
        ("240286", "date"),
        ("860224", "date"),
        ("022486", "date"),
        ("24021986", "date"),
        ("19860224", "date"),
        ("021986", "date"),
        ("0442", "part"),
        ("123456", "count"),
        ("5112", "part"),
    ],
)
def test_bad_pins_are_told_why(pin: str, why: str) -> None:
    with pytest.raises(WeakPin, match=why) as refused:
        check_new_pin(pin, MINE)
    assert len(pin) < 4 or pin not in str(refused.value)


def test_a_generated_pin_is_good() -> None:
    pins = {generate_pin(MINE) for _ in range(300)}
    assert len(pins) > 290
    for pin in pins:
        assert len(pin) == 6
        check_new_pin(pin, MINE)
