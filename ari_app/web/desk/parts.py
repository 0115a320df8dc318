"""What every part of the desk needs."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from ari_app.outage_scope import CurrentDialplan
from ari_app.published.current import CurrentLibrary
from ari_app.settings import Settings
from ari_app.web.desk.suggestions import Suggestions
from tickets.notify import Notifier
from tickets.rights import Right
from tickets.viewer.access import may, may_change
from tickets.viewer.context import Visitor, words_of


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once; `current` is the dialplan in force, or None while there is no good one."""

    settings: Settings
    current: CurrentDialplan
    suggestions: Suggestions
    notifier: Notifier


def add_desk(app: FastAPI, settings: Settings) -> None:
    """To be called beside including the router."""
    current, notifier = CurrentDialplan(settings), Notifier(settings.notify, settings.tickets.region)
    suggestions = Suggestions(settings.knowledge, current, CurrentLibrary(settings.knowledge))
    app.state.desk = Desk(settings, current, suggestions, notifier)


def desk_of(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 (set by add_desk, nowhere else)
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
Agent = Annotated[Visitor, may(Right.DESK)]
"""Who looks at his desk."""
Changes = Annotated[Visitor, may_change(Right.TICKETS_CHANGE)]
"""Who changes a ticket there."""


def refusal(request: Request, status: int, name: str, **slots: object) -> JSONResponse:
    """Why something was not done, for the page to show: the text `desk.refused.<name>`."""
    return JSONResponse({"detail": words_of(request)(f"desk.refused.{name}", **slots)}, status)
