"""PINs: what they may be. They are kept like passwords, as a hash (`tickets.accounts.PasswordHashes`)."""

import re
import secrets
from datetime import datetime
from itertools import pairwise

SHORTEST_PIN, LONGEST_PIN = 4, 8
_GENERATED_LENGTH = 6
_FIRST_YEAR, _LAST_YEAR = 1920, 2039
_DATES = ("%d%m", "%m%d", "%d%m%y", "%m%d%y", "%y%m%d", "%d%m%Y", "%m%d%Y", "%Y%m%d", "%m%Y", "%Y%m")
_A_LEAP_YEAR = "2000"


class WeakPin(Exception):
    """The text says what is wrong with the PIN, for the person who chose it; the PIN itself is not in it."""


def check_new_pin(pin: str, personal: frozenset[str]) -> None:
    """Whether `pin` is good enough; `personal` are his own numbers, of which it must not be a part.

    Raises:
        WeakPin: it is not 4 to 8 digits, or easy to guess.
    """
    if not re.fullmatch(rf"[0-9]{{{SHORTEST_PIN},{LONGEST_PIN}}}", pin):
        raise WeakPin(f"A PIN has {SHORTEST_PIN} to {LONGEST_PIN} digits and nothing else.")
    if re.fullmatch(r"(.{1,4}?)\1+", pin):
        raise WeakPin("Please choose a PIN that does not repeat itself.")
    if _is_run(pin):
        raise WeakPin("Please choose a PIN that does not count up or down.")
    if _is_date(pin):
        raise WeakPin("Please choose a PIN that is no date and no year.")
    if any(pin in number for number in personal):
        raise WeakPin("Please choose a PIN that is no part of the employee number or of a telephone number.")


def generate_pin(personal: frozenset[str]) -> str:
    """Six digits by chance that `check_new_pin` takes."""
    while True:
        pin = f"{secrets.randbelow(10**_GENERATED_LENGTH):0{_GENERATED_LENGTH}}"
        try:
            check_new_pin(pin, personal)
        except WeakPin:
            continue
        return pin


def _is_run(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _is_date(pin: str) -> bool:
    if len(pin) == 4 and _FIRST_YEAR <= int(pin) <= _LAST_YEAR:
        return True
    return any(_reads_as(pin, form) for form in _DATES)


def _reads_as(pin: str, form: str) -> bool:
    has_year = "y" in form.lower()
    try:
        read = datetime.strptime(pin if has_year else pin + _A_LEAP_YEAR, form if has_year else form + "%Y")
    except ValueError:
        return False
    # strptime also takes 1-digit days and months; a date of this form is written in full.
    in_full = read.strftime(form) == pin
    return in_full and (not has_year or _FIRST_YEAR <= read.year <= _LAST_YEAR)
