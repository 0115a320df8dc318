"""An article as everybody reads it, whether it helped, and what its readers say of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response

from ari_app.web.knowledge.article_page import readable_version, show
from ari_app.web.knowledge.form import clean
from ari_app.web.knowledge.parts import AtArticle, Reads, Reviews, Tells, back_to, comment_problem
from tickets.events import Json, Kind

router = APIRouter()

_ARTICLE = "/knowledge/{language}/{article}"
_DONE = frozenset({"rated", "suggested", "attached", "detached", "retired"})
_LONGEST_REASON = 500


@router.get(_ARTICLE)
def article_page(visitor: Reads, place: AtArticle, done: str = "") -> Response:
    return show(visitor, place, done=done if done in _DONE else "")


@router.post(_ARTICLE + "/rating")
def rate(visitor: Tells, place: AtArticle, helped: Annotated[Literal["yes", "no"], Form()]) -> Response:
    version = readable_version(visitor.user, place)
    said: dict[str, Json] = {
        "language": place.key.language,
        "article": place.key.article,
        "version": version.number,
        "helped": helped == "yes",
        "by": visitor.user.name,
    }
    place.viewer.store.events.append(Kind.ARTICLE_RATED, place.now, data=said)
    return back_to(place.path, "rated")


@router.post(_ARTICLE + "/suggestion")
def suggest(visitor: Tells, place: AtArticle, text: Annotated[str, Form()] = "") -> Response:
    """A comment on the version that is read: whoever writes or reviews the article finds it there."""
    version = readable_version(visitor.user, place)
    if problem := comment_problem(place, text):
        return show(visitor, place, [problem], suggestion=text)
    place.base.comment(version.id, clean(text), visitor.user.name, place.now)
    return back_to(place.path, "suggested")


@router.post(_ARTICLE + "/retire")
def retire(visitor: Reviews, place: AtArticle, why: Annotated[str, Form()] = "") -> Response:
    if not clean(why) or len(why) > _LONGEST_REASON:
        return show(visitor, place, [place.words("knowledge.retire.reason")], retiring=why[:_LONGEST_REASON] or " ")
    refused = place.desk.try_out(place.key, None)
    if refused:
        problems = [place.words("knowledge.trial.refused.problem", problem=problem.message) for problem in refused]
        return show(visitor, place, problems, retiring=why)
    place.base.retire(place.key, visitor.user.name, place.now, clean(why))
    return back_to(place.path, "retired")
