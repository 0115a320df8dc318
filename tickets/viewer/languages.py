"""The language and the theme of the pages: what was chosen in this browser, else what the browser asks for."""

from operator import itemgetter
from typing import Literal, get_args

from fastapi import Request

from tickets.viewer.words import LANGUAGES

LANGUAGE_COOKIE = "hotline_language"
THEME_COOKIE = "hotline_theme"

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)


def language_of(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = sorted(
        map(_weighed, request.headers.get("accept-language", "").split(",")), key=itemgetter(1), reverse=True
    )
    known = (tag.partition("-")[0] for tag, weight in wanted if weight > 0)
    return next((language for language in known if language in LANGUAGES), next(iter(LANGUAGES)))


def theme_of(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def _weighed(part: str) -> tuple[str, float]:
    """A language tag and its quality (RFC 9110, 12.4.2)."""
    tag, _, quality = part.partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().casefold(), weight
