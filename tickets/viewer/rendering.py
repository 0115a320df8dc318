"""Templates, and what each of them finds without being handed it."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tickets.viewer.context import viewer_of
from tickets.viewer.languages import THEMES, language_of, theme_of
from tickets.viewer.notices import notices
from tickets.viewer.presentation import duration, percent
from tickets.viewer.words import LANGUAGES


def templates_in(folder: Path) -> Jinja2Templates:
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        percent=percent, duration=duration, version=_version(folder.with_name("static")), languages=LANGUAGES,
        themes=THEMES,
    )  # fmt: skip
    return Jinja2Templates(env=environment, context_processors=[_of_this_page])


def _of_this_page(request: Request) -> dict[str, object]:
    """`t` gives the words, `lang` their language, `present` shows values, `parts` is the whole navigation."""
    viewer, language = viewer_of(request), language_of(request)
    words = viewer.words(language)
    return {
        "t": words,
        "lang": language,
        "theme": theme_of(request),
        "present": viewer.present(language),
        "parts": viewer.parts,
        "notices": notices(viewer.store.events, words),
    }


def fragment(request: Request, name: str, context: Mapping[str, object]) -> str:
    """A piece of a page as text."""
    viewer = viewer_of(request)
    return viewer.templates.env.get_template(name).render({**_of_this_page(request), **context, "request": request})


def _version(folder: Path) -> str:
    """Changes with our static files, so that browsers may keep them and still get new ones."""
    return format(max(int(file.stat().st_mtime) for file in folder.iterdir()), "x")
