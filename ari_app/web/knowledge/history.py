"""All versions of an article; an older one is taken up again."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response

from ari_app.web.knowledge.parts import ArticlePlace, AtArticle, Edits, Writes, back_to
from ari_app.web.knowledge.steps import open_of
from knowledge.errors import OpenVersion
from tickets.viewer.context import Visitor

router = APIRouter()


@router.get("/knowledge/{language}/{article}/history")
def history(visitor: Writes, place: AtArticle) -> Response:
    return _page(visitor, place)


@router.post("/knowledge/{language}/{article}/draft")
def draft(visitor: Edits, place: AtArticle, number: Annotated[int, Form()]) -> Response:
    """A new draft with the text of version `number`."""
    version = place.version(number)
    try:
        made = place.base.draft(version.text, place.key, visitor.user.name, place.now)
    except OpenVersion:
        return _page(visitor, place, [place.words("knowledge.refused.OpenVersion")])
    return back_to(f"{place.path}/{made.number}/edit", "drafted")


def _page(visitor: Visitor, place: ArticlePlace, problems: Sequence[str] = ()) -> Response:
    versions = place.base.versions(place.key)
    context = {
        "visitor": visitor,
        "key": place.key,
        "path": place.path,
        "versions": sorted(versions, key=lambda version: -version.number),
        "open": open_of(versions),
        "problems": list(problems),
        "seen": place.viewer.store.events.last_id(),
    }
    status = 409 if problems else 200
    return place.viewer.templates.TemplateResponse(place.request, "knowledge_history.html", context, status)
