"""The audit log as a page and as a CSV file: who did what, when, on what."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from tickets.audit import AUDITED, Subject, who_did
from tickets.events import Event, Json, Kind
from tickets.rights import Right
from tickets.store.audit import AuditFilter
from tickets.viewer.access import Context, may
from tickets.viewer.context import Visitor, present_of, words_of
from tickets.viewer.presentation import day_of
from tickets.viewer.words import Words, readable

router = APIRouter(include_in_schema=False)

_PER_PAGE = 50
_NOTHING = "–"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula when a cell begins so."""
_HEAD = ("at", "who", "about", "kind", "what", "ticket", "call", "data")

Sees = Annotated[Visitor, may(Right.AUDIT_SEE)]


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    about: Subject
    what: str
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as the page's form has it."""

    who: str
    about: str
    day: str

    def query(self, **more: object) -> str:
        fields = {"who": self.who, "about": self.about, "day": self.day, **more}
        return urlencode({name: value for name, value in fields.items() if value})


def _asked(who: Annotated[str, Query(max_length=200)] = "", about: str = "", day: str = "") -> Asked:
    """What makes no sense is left out."""
    return Asked(who.strip(), about if about in set(Subject) else "", day if day_of(day) else "")


Filter = Annotated[Asked, Depends(_asked)]


@router.get("/audit")
def audit_page(
    request: Request, viewer: Context, visitor: Sees, asked: Filter, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    words = words_of(request)
    seen = viewer.store.events.last_id()
    events = viewer.store.audit.page(_wanted(request, asked, before), _PER_PAGE + 1)
    shown = events[:_PER_PAGE]
    context = {
        "visitor": visitor,
        "entries": [_entry(event, words) for event in shown],
        "asked": asked,
        "subjects": list(Subject),
        "users": [user.name for user in viewer.store.accounts.users()],
        "before": before,
        "older": shown[-1].id if len(events) > _PER_PAGE else None,
        "seen": seen,
    }
    return viewer.templates.TemplateResponse(request, "audit.html", context)


@router.get("/audit.csv")
def audit_file(request: Request, viewer: Context, visitor: Sees, asked: Filter) -> StreamingResponse:
    """All that the filter finds, times in UTC."""
    words = words_of(request)
    events = viewer.store.audit.all(_wanted(request, asked, None))
    day = asked.day or f"{viewer.now():%Y-%m-%d}"
    headers = {"Content-Disposition": f'attachment; filename="audit-{day}.csv"'}
    return StreamingResponse(_csv(events, words), media_type="text/csv; charset=utf-8", headers=headers)


def _wanted(request: Request, asked: Asked, before: int | None) -> AuditFilter:
    day = day_of(asked.day)
    since, until = present_of(request).day(day) if day else (None, None)
    return AuditFilter(asked.who, Subject(asked.about) if asked.about else None, since, until, before)


def _entry(event: Event, words: Words) -> Entry:
    about = AUDITED[Kind(event.kind)].about
    nobody = words("audit.nobody") if event.kind == Kind.LOGIN_FAILED else _NOTHING
    return Entry(event.at, who_did(event) or nobody, about, _what(event, words), event.ticket)


def _what(event: Event, words: Words) -> str:
    key = f"audit.{event.kind}"
    if event.kind == Kind.USER_CHANGED:
        key += f".{event.data.get('change')}"
    if key not in words:
        return readable(event.kind)
    return words.told(key, {name: _word(name, value, words) for name, value in event.data.items()}, _NOTHING)


def _word(name: str, value: Json, words: Words) -> str:
    if value is None or value in ("", [], {}):
        return _NOTHING
    if isinstance(value, bool):
        return words("audit.yes" if value else "audit.no")
    if isinstance(value, list | dict):
        return ", ".join(map(str, value))
    if name == "role":
        return words.of_id(f"role.{value}", str(value))
    if name in {"old", "new"}:
        return words.of_id(f"status.{value}", str(value))
    return words(key) if (key := f"audit.value.{value}") in words else str(value)


def _csv(events: Iterator[Event], words: Words) -> Iterator[str]:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_HEAD)
    for event in events:
        entry = _entry(event, words)
        data = json.dumps(dict(event.data), ensure_ascii=False)
        cells = (entry.who, entry.about, event.kind, entry.what, entry.ticket or "", event.call_id or "", data)
        writer.writerow([event.at.isoformat(timespec="milliseconds"), *map(_harmless, cells)])
        yield lines.getvalue()
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
