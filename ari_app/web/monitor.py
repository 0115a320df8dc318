"""The queue monitor and the wallboard: pages whose parts are rendered here, and told live by the board."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response

from ari_app.outage_scope import CurrentDialplan
from ari_app.settings import Settings
from ari_app.web.board import Board
from ari_app.web.group_view import GroupView
from ari_app.web.names import Names
from ari_app.web.supervising import supervision_of
from tickets.rights import Right
from tickets.viewer.access import Context, may
from tickets.viewer.app import accompany
from tickets.viewer.context import Viewer, Visitor
from tickets.viewer.languages import language_of

router = APIRouter(include_in_schema=False)

MONITOR, WALLBOARD = "monitor", "wallboard"
Supervisor = Annotated[Visitor, may(Right.MONITOR_SEE)]


def add_monitor(app: FastAPI, settings: Settings) -> None:
    """The board, and what it shows, in the viewer `app`."""
    viewer: Viewer = app.state.viewer
    board = Board(viewer, settings.control_socket, CurrentDialplan(settings))
    board.tell(MONITOR, _monitor_parts)
    board.tell(WALLBOARD, _wallboard_parts)
    app.state.board = board
    accompany(app, board.running)


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of both pages as they are now, in the language of who asks, and what else the pages name."""

    board: Board
    n: Mapping[str, int]
    parts: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, str]
    names: Names


async def shown(request: Request, _: Supervisor) -> Shown:
    """In the event loop, to which the board belongs; pages are made in threads."""
    board: Board = request.app.state.board
    board.freshen()
    language = language_of(request)
    return Shown(
        board,
        {event: board.number_of(event) for event in (MONITOR, WALLBOARD)},
        {event: board.parts(event, language) for event in (MONITOR, WALLBOARD)},
        {view.group: view.called(language) for view in board.views},
        Names(board.dialplan, language),
    )


Now = Annotated[Shown, Depends(shown)]


async def heard(request: Request, visitor: Supervisor) -> Mapping[str, str] | None:
    return await supervision_of(request, visitor)


@router.get("/monitor")
def monitor(
    request: Request,
    viewer: Context,
    visitor: Supervisor,
    now: Now,
    supervision: Annotated[Mapping[str, str] | None, Depends(heard)],
) -> Response:
    context = {
        **_frame(viewer, visitor, now, MONITOR),
        "rights": " ".join(right for right in Right if visitor.user.may(right)),
        "shown": now,
        "supervision": supervision,
    }
    return viewer.templates.TemplateResponse(request, "monitor.html", context)


@router.get("/wallboard")
def wallboard(
    request: Request, viewer: Context, visitor: Supervisor, now: Now, groups: Annotated[str, Query()] = ""
) -> Response:
    """Of all groups, or of those named: `?groups=helpdesk,network`."""
    wanted = [group.strip() for group in groups.split(",") if group.strip()]
    frame = _frame(viewer, visitor, now, WALLBOARD)
    chosen = {f"wall-{group}" for group in wanted or now.groups} | {"wall-outages"}
    frame["live_parts"] = {id: html for id, html in now.parts[WALLBOARD].items() if id in chosen}
    return viewer.templates.TemplateResponse(request, "wallboard.html", {**frame, "wanted": ",".join(wanted)})


def _frame(viewer: Viewer, visitor: Visitor, now: Shown, event: str) -> dict[str, object]:
    away_since = now.board.floor.away_since
    return {
        "visitor": visitor,
        "seen": viewer.store.events.last_id(),
        "n": now.n[event],
        "live_parts": now.parts[event],
        "away_since": away_since.isoformat() if away_since is not None else "",
    }


def _monitor_parts(board: Board, language: str) -> Mapping[str, str]:
    parts = {f"group-{view.group}": _of_group(board, "_monitor_group.html", view, language) for view in board.views}
    return parts | {
        f"monitor-{name}": _rendered(board, f"_monitor_{name}.html", language)
        for name in ("alarms", "callbacks", "outages", "announcements")
    }


def _wallboard_parts(board: Board, language: str) -> Mapping[str, str]:
    parts = {f"wall-{view.group}": _of_group(board, "_wallboard_group.html", view, language) for view in board.views}
    return parts | {"wall-outages": _rendered(board, "_wallboard_outages.html", language)}


def _of_group(board: Board, template: str, view: GroupView, language: str) -> str:
    return _rendered(board, template, language, group=view)


def _rendered(board: Board, template: str, language: str, **more: object) -> str:
    viewer = board.viewer
    context = {
        "t": viewer.words(language),
        "lang": language,
        "present": viewer.present(language),
        "names": Names(board.dialplan, language),
        "board": board,
    }
    return viewer.templates.env.get_template(template).render({**context, **more})
