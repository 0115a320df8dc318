"""E-mail addresses as far as we look at them: the mail server knows better whether one exists."""

import re

_ADDRESS = re.compile(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+\.[^\s@<>,;:\"\\.]+")


def is_email_address(text: str) -> bool:
    """Whether `text` is one address, `anna@example.com`, and nothing that a mail header would read otherwise."""
    return text.isascii() and _ADDRESS.fullmatch(text) is not None
