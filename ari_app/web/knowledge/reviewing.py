"""The page of one version: what it changes, what is said of it, and what becomes of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response

from ari_app.web.knowledge.difference import compare
from ari_app.web.knowledge.form import clean
from ari_app.web.knowledge.parts import (
    LONGEST_COMMENT,
    ArticlePlace,
    AtArticle,
    Edits,
    Reviews,
    Tries,
    Writes,
    back_to,
    comment_problem,
)
from ari_app.web.knowledge.steps import offered, open_of
from knowledge.errors import ReviewError
from knowledge.review import Stage
from knowledge.store.shapes import Version
from tickets.outage import end_at
from tickets.viewer.context import Visitor, present_of

router = APIRouter()

_DONE = frozenset(
    {"drafted", "saved", "submitted", "sent_back", "approved", "scheduled", "taken_back", "dropped", "commented"}
)
_VERSION = "/knowledge/{language}/{article}/{number:int}"
Said = Annotated[str, Form()]


@router.get(_VERSION)
def version_page(visitor: Writes, place: AtArticle, number: int, done: str = "") -> Response:
    return _page(visitor, place, place.version(number), done=done if done in _DONE else "")


@router.get(_VERSION + "/trial")
def trial(visitor: Tries, place: AtArticle, number: int) -> Response:
    """A fragment: whether the line would take it."""
    problems = _refusals(place, place.version(number))
    context = {"problems": problems}
    return place.viewer.templates.TemplateResponse(place.request, "_knowledge_trial.html", context)


@router.post(_VERSION + "/submit")
def submit(visitor: Edits, place: AtArticle, number: int) -> Response:
    return _step(visitor, place, number, "submitted", place.base.submit)


@router.post(_VERSION + "/take-back")
def take_back(visitor: Edits, place: AtArticle, number: int) -> Response:
    return _step(visitor, place, number, "taken_back", place.base.take_back)


@router.post(_VERSION + "/drop")
def drop(visitor: Edits, place: AtArticle, number: int) -> Response:
    return _step(visitor, place, number, "dropped", place.base.drop)


@router.post(_VERSION + "/comment")
def comment(visitor: Edits, place: AtArticle, number: int, text: Said = "") -> Response:
    return _with_comment(visitor, place, number, "commented", text, place.base.comment)


@router.post(_VERSION + "/send-back")
def send_back(visitor: Reviews, place: AtArticle, number: int, text: Said = "") -> Response:
    return _with_comment(visitor, place, number, "sent_back", text, place.base.send_back)


@router.post(_VERSION + "/approve")
def approve(visitor: Reviews, place: AtArticle, number: int, publish_at: Said = "") -> Response:
    """Published at once, or at the time that was chosen; not what the line would refuse."""
    version = place.version(number)
    try:
        at = end_at(publish_at, place.now, present_of(place.request).zone) if publish_at else None
        is_past = at is not None and at <= place.now
    except ValueError:
        at, is_past = None, True
    if is_past:
        problem = place.words("knowledge.publish_at.wrong")
        return _page(visitor, place, version, [problem], publish_at=publish_at)
    if refused := _refusals(place, version):
        problems = [place.words("knowledge.trial.refused.problem", problem=problem) for problem in refused]
        return _page(visitor, place, version, problems, publish_at=publish_at)

    def approved(id: int, by: str, now: datetime) -> object:
        return place.base.approve(id, by, now, publish_at=at)

    return _step(visitor, place, number, "scheduled" if at else "approved", approved)


def _step(
    visitor: Visitor, place: ArticlePlace, number: int, done: str, take: Callable[[int, str, datetime], object]
) -> Response:
    version = place.version(number)
    try:
        take(version.id, visitor.user.name, place.now)
    except ReviewError as error:
        return _page(visitor, place, place.version(number), [_refused(place, error)])
    return back_to(f"{place.path}/{number}", done)


def _with_comment(
    visitor: Visitor,
    place: ArticlePlace,
    number: int,
    done: str,
    text: str,
    take: Callable[[int, str, str, datetime], object],
) -> Response:
    version = place.version(number)
    if problem := comment_problem(place, text):
        return _page(visitor, place, version, [problem], comment=text)
    try:
        take(version.id, clean(text), visitor.user.name, place.now)
    except ReviewError as error:
        return _page(visitor, place, place.version(number), [_refused(place, error)], comment=text)
    return back_to(f"{place.path}/{number}", done)


def _refused(place: ArticlePlace, error: ReviewError) -> str:
    return place.words(f"knowledge.refused.{type(error).__name__}")


def _refusals(place: ArticlePlace, version: Version) -> list[str]:
    """What the line would refuse it for."""
    return [f"{problem.message} – {problem.suggestion}" for problem in place.desk.try_out(place.key, version.text)]


def _page(
    visitor: Visitor,
    place: ArticlePlace,
    shown: Version,
    problems: Sequence[str] = (),
    done: str = "",
    comment: str = "",
    publish_at: str = "",
) -> Response:
    """`comment` and `publish_at` are what was typed and could not be taken."""
    versions = place.base.versions(place.key)
    published = next((version for version in versions if version.stage is Stage.PUBLISHED), None)
    before = _before(shown, versions)
    article = shown.content
    can = offered(shown, open_of(versions), visitor.user)
    context = {
        "visitor": visitor,
        "key": place.key,
        "path": place.path,
        "shown": shown,
        "article": article,
        "published": published,
        "before": before,
        "sections": compare(before.content if before else None, article),
        "comments": place.base.comments(shown.id),
        "steps": can.steps,
        "reasons": can.reasons,
        "longest_comment": LONGEST_COMMENT,
        "problems": list(problems),
        "done": done,
        "comment": comment,
        "publish_at": publish_at,
        "seen": place.viewer.store.events.last_id(),
    }
    status = 422 if problems else 200
    return place.viewer.templates.TemplateResponse(place.request, "knowledge_version.html", context, status)


def _before(shown: Version, versions: Sequence[Version]) -> Version | None:
    """What is published; of what was published itself, the one before it."""
    earlier = [each for each in versions if each.number < shown.number and each.published_at is not None]
    return max(earlier, key=lambda version: version.number, default=None)
