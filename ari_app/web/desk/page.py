"""The page of the desk. What moves in it comes over the live stream: see `ari_app/web/board.py`."""

from fastapi import APIRouter, BackgroundTasks, Request, Response
from jinja2 import Environment

from ari_app.web.desk.parts import Agent, AtDesk
from ari_app.web.names import Names
from tickets.viewer.access import Context
from tickets.viewer.context import words_of
from tickets.viewer.languages import language_of

router = APIRouter()

_OF_A_CALL = ("_desk_", "_turn", "_diagnosis")


@router.get("/desk")
def desk_page(request: Request, viewer: Context, visitor: Agent, desk: AtDesk, later: BackgroundTasks) -> Response:
    if visitor.user.agent is None:
        return viewer.templates.TemplateResponse(request, "desk_without_agent.html", {"visitor": visitor})
    later.add_task(_read_templates, viewer.templates.env)
    later.add_task(desk.suggestions.prepare)
    names = Names(desk.current.dialplan, language_of(request))
    words = words_of(request)
    context = {
        "visitor": visitor,
        "agent": visitor.user.agent,
        "pauses": names.pauses(),
        "words": words.under("desk.say."),
        "shortcuts": words.under("desk.key."),
        "now": viewer.now(),
        "seen": viewer.store.events.last_id(),
    }
    return viewer.templates.TemplateResponse(request, "desk.html", context)


def _read_templates(environment: Environment) -> None:
    """Ahead, or the first call would wait for it longer than for everything else."""
    for name in environment.list_templates(filter_func=lambda name: name.startswith(_OF_A_CALL)):
        environment.get_template(name)
