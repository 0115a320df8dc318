"""The list of articles: searched by what is meant and by words, narrowed down, in the parts that each role needs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from ari_app.web.knowledge.parts import At, Place, Reads
from ari_app.web.knowledge.rows import Row, rows_for, views_of
from ari_app.web.knowledge.search import found_by_meaning, merged
from knowledge.article import KINDS
from knowledge.review import Stage
from knowledge.staleness import Flag
from knowledge.store.shapes import ArticleKey
from tickets.rights import Right
from tickets.viewer.context import Visitor
from tickets.viewer.languages import language_of

router = APIRouter()

_PER_PAGE = 25
_WORKED_ON = (Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as the page's form has it; empty is any."""

    view: str
    text: str
    language: str
    category: str
    kind: str
    system: str
    site: str
    owner: str
    stage: str
    flag: str

    def __getitem__(self, name: str) -> str:
        return str(getattr(self, name))

    @property
    def narrows(self) -> bool:
        return any(self[name] for name in _NAMES if name not in ("view", "language"))

    def query(self, **more: object) -> str:
        """For a link; the language is always said, for without it that of the pages is meant."""
        given = {name: self[name] for name in _NAMES if self[name] or name == "language"}
        return urlencode(given | more)

    def admits(self, row: Row) -> bool:
        return (
            self.language in ("", row.key.language)
            and self.category in ("", row.category)
            and self.kind in ("", row.kind)
            and self.system in ("", row.system)
            and (not self.site or not row.sites or self.site in row.sites)
            and self.owner in ("", row.owner)
            and self.stage in ("", row.stage)
            and (not self.flag or self.flag in row.flags)
        )


_NAMES = tuple(field.name for field in fields(Asked))
Text = Annotated[str, Query(max_length=300)]


def _asked(
    request: Request,
    view: str = "",
    text: Text = "",
    language: str | None = None,
    category: str = "",
    kind: str = "",
    system: str = "",
    site: str = "",
    owner: str = "",
    stage: str = "",
    flag: str = "",
) -> Asked:
    """Who has not chosen a language gets the articles in that of the pages; what is to be done is in all of them."""
    of_pages = "" if view else language_of(request)
    chosen = of_pages if language is None else language
    return Asked(view, text.strip(), chosen, category, kind, system, site, owner, stage, flag)


@router.get("/knowledge")
async def article_list(
    visitor: Reads,
    place: At,
    asked: Annotated[Asked, Depends(_asked)],
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    meant = await found_by_meaning(place.desk.suggestions, asked.text) if asked.text else []
    return await asyncio.to_thread(_page, visitor, place, asked, meant, page)


def _page(visitor: Visitor, place: Place, asked: Asked, meant: Sequence[ArticleKey], page: int) -> Response:
    user = visitor.user
    rows = rows_for(user, place)
    in_view = {view: [row for row in rows if row.is_in(view, user)] for view in views_of(user)}
    found = [row for row in in_view.get(asked.view, rows) if asked.admits(row)]
    if asked.text:
        by_key = {row.key: row for row in found}
        found = [by_key[key] for key in merged(meant, place.desk.by_words.found(asked.text)) if key in by_key]
    first = (page - 1) * _PER_PAGE
    context = {
        "visitor": visitor,
        "asked": asked,
        "views": {view: len(of_view) for view, of_view in in_view.items()},
        "proposed": len(place.desk.learning.proposals()) if user.may(Right.KNOWLEDGE_WRITE) else 0,
        "choices": _choices(place, rows, asked.language, user.may(Right.KNOWLEDGE_WRITE)),
        "may_write": user.may(Right.KNOWLEDGE_WRITE),
        "rows": found[first : first + _PER_PAGE],
        "total": len(found),
        "page": page,
        "pages": max(1, -(-len(found) // _PER_PAGE)),
        "seen": place.viewer.store.events.last_id(),
    }
    only_list = place.request.headers.get("hx-target") == "list"
    name = "_knowledge_list.html" if only_list else "knowledge_list.html"
    response = place.viewer.templates.TemplateResponse(place.request, name, context)
    if place.request.headers.get("hx-trigger") == "filters":
        response.headers["HX-Push-Url"] = f"/knowledge?{asked.query()}"
    return response


def _choices(place: Place, rows: Sequence[Row], language: str, may_write: bool) -> Mapping[str, Mapping[str, str]]:
    """What can be chosen for each dimension: what there is, by value, with what it is called; and `language`, which is
    chosen though there may be nothing in it."""
    present = place.viewer.present(place.language)
    languages = {row.key.language for row in rows} | ({language} if language else set())
    sites = place.desk.sites(place.language)
    for_all: dict[str, Mapping[str, str]] = {
        "language": {each: present.language(each) for each in sorted(languages)},
        "category": {each: present.category(each) for each in sorted({row.category for row in rows})},
        "kind": {each: place.words(f"knowledge.kind.{each}") for each in KINDS},
        "system": {each: each for each in sorted({row.system for row in rows}, key=str.casefold)},
    }
    if not may_write:
        return for_all
    return for_all | {
        "site": sites,
        "owner": {each: each for each in sorted({row.owner for row in rows}, key=str.casefold)},
        "stage": {str(each): place.words(f"knowledge.stage.{each}") for each in _WORKED_ON},
        "flag": {str(each): place.words(f"knowledge.flag.{each}") for each in Flag},
    }
