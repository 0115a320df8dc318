"""What the knowledge base says to what was said, or to what the agent looks for."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from ari_app.web.desk.parts import Agent, AtDesk
from tickets.ticket import Turn
from tickets.viewer.access import Context

router = APIRouter()

_MOST = 4
_SENTENCES = 6
"""So many of the caller's sentences count, the latest."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_markdown = MarkdownIt("commonmark", {"html": False})


@router.get("/desk/tickets/{number}/articles")
async def articles(
    request: Request,
    viewer: Context,
    visitor: Agent,
    desk: AtDesk,
    number: str,
    text: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """A fragment; `text` is what the agent looks for, empty where what the caller said decides."""
    ticket, turns = viewer.store.tickets.get(number), viewer.store.tickets.transcript(number)
    wanted = [text.strip()] if text.strip() else said_by_caller(turns)
    language = ("zh" if _HAN.search(text) else "en") if text.strip() else ticket.language
    context = {
        "ticket": ticket,
        "suggestions": await desk.suggestions.to(wanted, language, _MOST) if wanted else (),
        "tried": {tried.article: tried.helped for tried in ticket.articles},
        "steps": lambda steps: Markup(_markdown.render(steps)),  # noqa: S704  HTML in it is escaped
        "text": text.strip(),
        "visitor": visitor,
        "can_send": bool(desk.settings.web.public_url),
        "language": language,
    }
    return viewer.templates.TemplateResponse(request, "_desk_articles.html", context)


def said_by_caller(turns: list[Turn]) -> list[str]:
    """The caller's latest sentences that can mean something."""
    return [turn.text for turn in turns if turn.who == "caller" and _tells(turn.text)][-_SENTENCES:]


def _tells(text: str) -> bool:
    return len(text.split()) > 1 or len(_HAN.findall(text)) > 2
