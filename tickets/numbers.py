"""Telephone numbers: how they are kept, and how people read them."""

import re

import phonenumbers

_LONGEST_EXTENSION = 6
_WITHHELD = frozenset({"anonymous", "unavailable", "unknown", "restricted", "private", "withheld", "asterisk", "s"})


def normalise(raw: str, region: str) -> str:
    """The number as it is kept: E.164 (`+493012345678`), an extension as it is, "" when withheld.

    Takes what SIP brings: `sip:+4930…@host`, `0049 30 …`, `(030) 123 456`, `1001`, `anonymous`. `region` (ISO 3166-1)
    reads numbers without a country code. What is no telephone number at all (a SIP user name) stays as it is.
    """
    user = _user_part(raw)
    if user.casefold() in _WITHHELD:
        return ""
    digits = re.sub(r"[\s()./-]", "", user)
    if not re.fullmatch(r"\+?[0-9]+", digits) or (len(digits) <= _LONGEST_EXTENSION and digits[0] != "+"):
        return user
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(parsed):
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def for_people(number: str, region: str) -> str:
    """The number as people of `region` write it; an extension as it is, "" stays ""."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _user_part(raw: str) -> str:
    """The user of a SIP or tel URI, or the text itself."""
    text = raw.strip().strip("<>")
    text = re.sub(r"^(sips?|tel):", "", text, flags=re.IGNORECASE)
    return re.split(r"[@;]", text, maxsplit=1)[0].strip()
