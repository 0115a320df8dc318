"""The agent sends the caller the article that he reads to him: a link, by short message or e-mail."""

import asyncio

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from ari_app.web.desk.parts import AtDesk, Changes
from ivr.desk import Channel
from ivr.library import page_link
from tickets.store import PersonNotFound, Store
from tickets.viewer.access import Context
from tickets.viewer.context import words_of

router = APIRouter()


@router.post("/desk/tickets/{number}/articles/{language}/{article_id}/send")
async def send(
    request: Request, viewer: Context, visitor: Changes, desk: AtDesk, number: str, language: str, article_id: str
) -> Response:
    """What stands beside the article then: that it was sent, or why it was not."""
    t, store = words_of(request), viewer.store
    article = await desk.suggestions.article(article_id, language)
    link = article and page_link(article, desk.settings.web.public_url)
    if not link:
        raise HTTPException(404)
    way, to = await asyncio.to_thread(_address, store, number)
    if not to:
        return PlainTextResponse(t("desk.articles.no_address"))
    if not await desk.notifier.send(way, to, link):
        return PlainTextResponse(t("desk.articles.not_sent"))
    now, by = viewer.now(), visitor.user.name
    await asyncio.to_thread(store.tickets.note_articles_sent, number, (article_id,), way, now, by)
    return PlainTextResponse(t("desk.articles.sent", to=to))


def _address(store: Store, number: str) -> tuple[Channel, str]:
    """The caller's mobile, else his e-mail, else the number that he calls from; "" where there is none."""
    ticket = store.tickets.get(number)
    try:
        person = store.people.get(ticket.person_id) if ticket.person_id is not None else None
    except PersonNotFound:
        person = None
    if person is not None and person.mobile:
        return "sms", person.mobile
    return ("email", person.email) if person is not None and person.email else ("sms", ticket.caller)
