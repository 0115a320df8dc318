"""The editor: a new article, or a draft of one that there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from ari_app.web.knowledge.difference import Section, compare
from ari_app.web.knowledge.faults import Fault, faults_in
from ari_app.web.knowledge.form import Typed, clean, typed
from ari_app.web.knowledge.parts import ArticlePlace, At, AtArticle, Edits, Place, Writes, back_to, path_of
from knowledge.article import KINDS, Article, article_text
from knowledge.errors import EditConflict, NotAllowed
from knowledge.review import Stage
from knowledge.store.shapes import ArticleKey, Version
from tickets.viewer.context import Visitor

router = APIRouter()

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 80
_VERSION = "/knowledge/{language}/{article}/{number:int}"
AsTyped = Annotated[Typed, Depends(typed)]
Short = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who has saved meanwhile, and how what he saved differs from what was typed."""

    who: str
    sections: tuple[Section, ...]


@router.get("/knowledge/new")
def new_page(visitor: Writes, place: At) -> Response:
    return _new(visitor, place, Typed(kind="fault"), place.language, "", "")


@router.post("/knowledge/new")
def new(visitor: Edits, place: At, form: AsTyped, language: Short = "", id: Short = "", why: Short = "") -> Response:
    key = ArticleKey(language, clean(id))
    faults = _faults_of_new(form, key, place)
    if faults:
        return _new(visitor, place, form, language, id, why, faults)
    made = place.base.draft(_text(form, key), key, visitor.user.name, place.now, why=clean(why)[:500])
    return back_to(f"{path_of(key)}/{made.number}", "drafted")


@router.post("/knowledge/new/problems")
def problems_of_new(visitor: Edits, place: At, form: AsTyped, language: Short = "", id: Short = "") -> Response:
    """A fragment, while somebody types."""
    return _fragment(place, _faults_of_new(form, ArticleKey(language, clean(id)), place))


@router.get(_VERSION + "/edit")
def edit_page(visitor: Writes, place: AtArticle, number: int) -> Response:
    version = place.version(number)
    if version.stage is not Stage.DRAFT:
        return RedirectResponse(f"{place.path}/{number}", 303)
    return _edit(visitor, place, version, Typed.of(version.content), version.rev)


@router.post(_VERSION + "/edit")
def edit(visitor: Edits, place: AtArticle, number: int, form: AsTyped, rev: Annotated[int, Form()]) -> Response:
    version = place.version(number)
    if faults := faults_in(form, place.key, place):
        return _edit(visitor, place, version, form, rev, faults)
    try:
        place.base.edit(version.id, _text(form, place.key), rev, visitor.user.name, place.now)
    except EditConflict as error:
        now = place.version(number)
        conflict = Conflict(error.by, _difference(now, form, place.key))
        return _edit(visitor, place, now, form, now.rev, conflict=conflict)
    except NotAllowed:
        refused = (Fault("", place.words("knowledge.refused.NotAllowed")),)
        return _edit(visitor, place, place.version(number), form, rev, refused)
    return back_to(f"{place.path}/{number}", "saved")


@router.post(_VERSION + "/edit/problems")
def problems_of_edit(visitor: Edits, place: AtArticle, number: int, form: AsTyped) -> Response:
    return _fragment(place, faults_in(form, place.key, place))


def _faults_of_new(form: Typed, key: ArticleKey, place: Place) -> tuple[Fault, ...]:
    if key.language not in place.article_languages():
        return (Fault("language", place.words("knowledge.problem.choice")),)
    if not _ID.fullmatch(key.article) or len(key.article) > _LONGEST_ID:
        return (
            Fault("id", place.words("knowledge.problem.id")),
            *faults_in(form, ArticleKey(key.language, "new"), place),
        )
    taken = (Fault("id", place.words("knowledge.problem.taken")),) if place.base.is_known(key) else ()
    return (*taken, *faults_in(form, key, place))


def _text(form: Typed, key: ArticleKey) -> str:
    """The document of what is an article, in its canonical form."""
    read = form.read(key)
    assert isinstance(read, Article)  # noqa: S101 (`faults_in` found nothing)
    return article_text(read)


def _difference(now: Version, form: Typed, key: ArticleKey) -> tuple[Section, ...]:
    read = form.read(key)
    return compare(now.content, read) if isinstance(read, Article) else ()


def _fragment(place: Place, faults: tuple[Fault, ...]) -> Response:
    return place.viewer.templates.TemplateResponse(place.request, "_knowledge_problems.html", {"faults": faults})


def _new(
    visitor: Visitor,
    place: Place,
    form: Typed,
    language: str,
    id: str,
    why: str,
    faults: tuple[Fault, ...] | None = None,
) -> Response:
    """`faults` is None before anything was typed."""
    context = {
        "action": "/knowledge/new",
        "checks": "/knowledge/new/problems",
        "kept": "new",
        "number": None,
        "language": language,
        "article_languages": place.article_languages(),
        "id": id,
        "why": why,
    }
    return _editor(visitor, place, form, faults, context)


def _edit(
    visitor: Visitor,
    place: ArticlePlace,
    version: Version,
    form: Typed,
    rev: int,
    faults: tuple[Fault, ...] = (),
    conflict: Conflict | None = None,
) -> Response:
    context = {
        "action": f"{place.path}/{version.number}/edit",
        "checks": f"{place.path}/{version.number}/edit/problems",
        "kept": f"{place.key}/{version.number}",
        "key": place.key,
        "path": place.path,
        "number": version.number,
        "rev": rev,
        "conflict": conflict,
    }
    return _editor(visitor, place, form, faults, context)


def _editor(
    visitor: Visitor, place: Place, form: Typed, faults: tuple[Fault, ...] | None, more: Mapping[str, object]
) -> Response:
    in_force = place.base.in_force(place.today)
    context = {
        "visitor": visitor,
        "typed": form,
        "faults": faults,
        "categories": place.desk.categories(place.language),
        "kinds": {kind: place.words(f"knowledge.kind.{kind}") for kind in KINDS},
        "sites": place.desk.sites(place.language),
        "systems": sorted({version.system for version in in_force}, key=str.casefold),
        "owners": sorted({version.owner for version in in_force}, key=str.casefold),
        "conflict": None,
        **more,
    }
    status = 409 if context["conflict"] else 422 if faults else 200
    return place.viewer.templates.TemplateResponse(place.request, "knowledge_edit.html", context, status)
