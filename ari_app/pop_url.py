"""The address of another system's page about a caller, from a template: `https://crm/{person.employee_number}`."""

import string
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

PLACEHOLDERS = (
    "call_id",
    "ticket",
    "caller",
    "language",
    "category",
    "person.employee_number",
    "person.name",
    "person.email",
)


def check_pop_url(template: str) -> None:
    """
    Raises:
        ValueError: it has an unknown placeholder, or is no address of a web page.
    """
    named = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    unknown = next((name for name in named if name not in PLACEHOLDERS), None)
    if unknown is not None:
        raise ValueError(f"nothing is known as {{{unknown}}}; there are {', '.join(PLACEHOLDERS)}")
    if urlsplit(template.replace("{", "").replace("}", "")).scheme not in {"http", "https"}:
        raise ValueError("the address of a page begins with https:// or http://")


def pop_url(template: str, values: Mapping[str, str]) -> str:
    """The template filled with `values` (by placeholder; one that is missing is empty), each escaped for a URL."""
    parts = []
    for text, name, _, _ in string.Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(quote(values.get(name, ""), safe=""))
    return "".join(parts)
