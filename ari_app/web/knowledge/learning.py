"""The page of what calls teach, and what is decided there."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse

from ari_app.web.knowledge.parts import At, Edits, Place, Reviews, Writes, back_to, path_of
from ari_app.web.knowledge.taught import by_article, found_of, lately, question_of
from knowledge.errors import ArticleError, EditConflict, KnowledgeError, ModelError, NotThere, OpenVersion
from knowledge.store.shapes import ArticleKey
from tickets.rights import Right
from tickets.viewer.context import Visitor

router = APIRouter()

PAGE = "/knowledge/learning"
_DONE = frozenset({"accepted", "rejected", "withdrawn", "searched"})
_MOST_PROPOSALS = 100
_MOST_LEARNT = 20
_MOST_CLUSTERS = 40
_LOOKS_BACK = timedelta(days=30)
_REFUSALS = (ArticleError, NotThere, OpenVersion)
Ids = Annotated[list[int], Form()]
Said = Annotated[str, Form()]
Language = Annotated[str, Query(max_length=10)]


@router.get(PAGE)
def learning_page(visitor: Writes, place: At, language: Language = "", done: str = "") -> Response:
    return _page(visitor, place, language, done=done if done in _DONE else "")


@router.post(PAGE + "/phrasings")
def decide(
    request: Request, visitor: Reviews, place: At, decision: Annotated[Literal["accept", "reject"], Form()], ids: Ids
) -> Response:
    """By a form, or by a script that says it wants JSON: then `problems` has what kept some of them, by their ids."""
    learning = place.desk.learning
    take: Callable[[Sequence[int]], object] = (
        (lambda some: learning.accept(some, visitor.user.name, place.now))
        if decision == "accept"
        else (lambda some: learning.reject(some, visitor.user.name, place.now))
    )
    problems = _all_or_each(ids, take, place)
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"problems": problems, "left": len(learning.proposals())})
    if problems:
        return _page(visitor, place, "", list(problems.values()))
    return back_to(PAGE, f"{decision}ed")


@router.post(PAGE + "/withdrawal")
def withdraw(visitor: Reviews, place: At, language: Said, article: Said, text: Said) -> Response:
    try:
        place.desk.learning.withdraw(ArticleKey(language, article), text, visitor.user.name, place.now)
    except _REFUSALS as error:
        return _page(visitor, place, "", [_why(error, place)])
    return back_to(PAGE, "withdrawn")


@router.post(PAGE + "/clusters")
def search(visitor: Reviews, place: At, language: Said = "") -> Response:
    """Look for them in the questions of the last month, of every language where none is said."""
    wanted = [each for each in place.article_languages() if language in ("", each)]
    try:
        for each in wanted:
            place.desk.learning.find_clusters(place.now - _LOOKS_BACK, place.now, each)
    except ModelError as error:
        return _page(visitor, place, "", [str(error)])
    return back_to(PAGE, "searched")


@router.post(PAGE + "/clusters/{number:int}/draft")
def make_draft(visitor: Edits, place: At, number: int) -> Response:
    """On to the editor."""
    try:
        made = place.desk.learning.make_draft(number, visitor.user.name, place.now)
    except (NotThere, OpenVersion, ArticleError, EditConflict) as error:
        return _page(visitor, place, "", [_why(error, place)])
    return back_to(f"{path_of(made.key)}/{made.number}/edit", "drafted")


@router.get(PAGE + "/clusters/{number:int}/effect")
def effect(visitor: Writes, place: At, number: int) -> Response:
    """A fragment: what its article has changed."""
    try:
        measured = place.desk.learning.effect(place.base.cluster(number))
    except NotThere:
        measured = None
    return place.viewer.templates.TemplateResponse(
        place.request, "_knowledge_effect.html", {"effect": measured, "number": number}
    )


def _all_or_each(ids: Sequence[int], take: Callable[[Sequence[int]], object], place: Place) -> dict[int, str]:
    """What keeps some of them, in words: where they are refused together, each is tried alone."""
    try:
        take(ids)
    except _REFUSALS as error:
        if len(ids) == 1:
            return {ids[0]: _why(error, place)}
        return {id: why for each in ids for id, why in _all_or_each([each], take, place).items()}
    return {}


def _why(error: KnowledgeError, place: Place) -> str:
    match error:
        case ArticleError():
            return place.words("knowledge.trial.refused.problem", problem=error.problems[0].message)
        case OpenVersion():
            return place.words("learning.refused.OpenVersion", article=", ".join(map(str, error.keys)))
        case EditConflict():
            return place.words("knowledge.refused.NotAllowed")
        case _:
            return place.words("learning.refused.NotThere")


def _page(visitor: Visitor, place: Place, language: str, problems: Sequence[str] = (), done: str = "") -> Response:
    learning = place.desk.learning
    entries = {entry.key: entry for entry in place.base.entries(on=place.today)}
    proposals, clusters = learning.proposals(language or None), learning.clusters(language or None)
    context = {
        "visitor": visitor,
        "language": language,
        "of_calls": place.article_languages(),
        "may_review": visitor.user.may(Right.KNOWLEDGE_REVIEW),
        "waiting": len(proposals),
        "to_decide": list(by_article(proposals[:_MOST_PROPOSALS], entries)),
        "learnt": list(islice(lately(entries, language, place), _MOST_LEARNT)),
        "found": [found_of(cluster, place) for cluster in clusters[:_MOST_CLUSTERS]],
        "named": lambda key: question_of(key, entries),
        "key_of": ArticleKey,
        "path_of": path_of,
        "problems": list(problems),
        "done": done,
        "seen": place.viewer.store.events.last_id(),
    }
    status = 422 if problems else 200
    return place.viewer.templates.TemplateResponse(place.request, "knowledge_learning.html", context, status)
