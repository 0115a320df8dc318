"""Files that belong to an article: given, taken, removed."""

import re
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, HTTPException, Response, UploadFile

from ari_app.web.knowledge.article_page import readable_version, show
from ari_app.web.knowledge.parts import ArticlePlace, AtArticle, Edits, Reads, back_to
from knowledge.attachment import LARGEST, media_type_of
from knowledge.errors import AttachmentRefused

router = APIRouter()

_FILES = "/knowledge/{language}/{article}/attachments"
_LONGEST_NAME = 120
_UNSAFE = re.compile(r"[\x00-\x1f\x7f:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What no file system wants in a name, and what turns a name around so that it seems to end otherwise."""


@router.post(_FILES)
def attach(visitor: Edits, place: AtArticle, file: Annotated[UploadFile | None, File()] = None) -> Response:
    readable_version(visitor.user, place)
    content = file.file.read(LARGEST + 1) if file is not None else b""
    if not content or len(content) > LARGEST:
        return show(visitor, place, [place.words(f"knowledge.attachments.{'size' if content else 'empty'}")])
    name = _safe_name(file.filename or "" if file is not None else "")
    try:
        place.base.attach(place.key, name, media_type_of(name), content, visitor.user.name, place.now)
    except AttachmentRefused:
        return show(visitor, place, [place.words("knowledge.attachments.type")])
    return back_to(place.path, "attached")


@router.get(_FILES + "/{number:int}")
def download(visitor: Reads, place: AtArticle, number: int) -> Response:
    """To be kept, never shown as a page of ours."""
    readable_version(visitor.user, place)
    _require(place, number)
    found = place.base.attachment(number)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.post(_FILES + "/{number:int}/remove")
def detach(visitor: Edits, place: AtArticle, number: int) -> Response:
    _require(place, number)
    place.base.detach(number, visitor.user.name, place.now)
    return back_to(place.path, "detached")


def _safe_name(given: str) -> str:
    """The last part of the name, without what could do harm; its ending stays."""
    last = _UNSAFE.sub("_", given.replace("\\", "/").rpartition("/")[2]).strip(". ") or "file"
    path = PurePosixPath(last)
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix


def _require(place: ArticlePlace, number: int) -> None:
    """Raises HTTPException (404) where the article has no such file."""
    if all(file.id != number for file in place.base.attachments(place.key)):
        raise HTTPException(404)
