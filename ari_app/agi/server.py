"""The FastAGI server: each caller whom the dialplan sends gets the menu, in a thread of his own, and goes back to the
dialplan with the queue that he has chosen. Whatever fails, he goes back: the dialplan queues him."""

import asyncio
import socketserver
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotInTime
from datetime import datetime

import structlog

from ari_app.agi.channel import AgiChannel, ChannelGone
from ari_app.agi.content import Content
from ari_app.agi.menu import Caller, KeyMenu, Material
from ari_app.agi.ticket import CallTicket
from ari_app.pbx.configuration import LANGUAGE_VARIABLE, QUEUE_VARIABLE
from ari_app.pbx.queues import queue_of
from ivr.conversation import Call
from ivr.desk import KnownPerson
from ivr.service_desk import Directory
from tickets.numbers import normalise
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_KNOWN_WITHIN_S = 3.0


class KeyMenuServer(socketserver.ThreadingTCPServer):
    """`loop` runs beside it and does what the threads of the calls want of the database."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        port: int,
        content: Content,
        region: str,
        now: Callable[[], datetime],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.content = content
        self.region = region
        self.now = now
        self.loop = loop

    def answer(self, channel: AgiChannel) -> None:
        """The menu for one caller.

        Raises:
            ChannelGone: he has hung up.
        """
        content = self.content
        if content.dialplan is None or content.sounds is None:
            log.error("no dialplan: the caller is queued without a menu")
            return
        number, at = normalise(channel.caller, self.region), self.now()
        language = content.dialplan.entry(channel.dialled).language
        call = Call(channel.unique_id, number, channel.dialled, language, at)
        ticket = CallTicket(content.store, call, channel.sip_call_id, self.now, self.loop)
        try:
            person = self._person(number)
            if person is not None:
                ticket.identified(person)
            caller = Caller(number, channel.dialled, person)
            told = content.outages, at, content.announcements
            menu = KeyMenu(caller, Material(content.dialplan, content.sounds, *told), channel, ticket)
            decision = menu.run()
            ticket.decided(decision)
            log.info("queued", group=decision.group, reason=decision.reason)
            channel.set(QUEUE_VARIABLE, queue_of(decision.group))
            channel.set("QUEUE_PRIO", str(decision.priority))
            channel.set(LANGUAGE_VARIABLE, menu.language)
        except ChannelGone:
            if not channel.is_up():
                ticket.finished()
            raise
        finally:
            ticket.settle()

    def _person(self, number: str) -> KnownPerson | None:
        """Who calls, where his telephone belongs to one person alone."""
        if not number:
            return None
        try:
            people = asyncio.run_coroutine_threadsafe(self._people(number), self.loop).result(_KNOWN_WITHIN_S)
        except (StoreError, NotInTime) as error:
            log.warning("nobody is known: the database does not answer", why=str(error))
            return None
        return people[0] if len(people) == 1 else None

    async def _people(self, number: str) -> tuple[KnownPerson, ...]:
        return await Directory(await self.content.store(), self.now).of_number(number)


class _Handler(socketserver.StreamRequestHandler):
    server: KeyMenuServer

    def handle(self) -> None:
        try:
            channel = AgiChannel(self.rfile, self.wfile)
        except ChannelGone:
            return  # somebody looks whether we are there
        structlog.contextvars.bind_contextvars(call=channel.unique_id)
        try:
            self.server.answer(channel)
        except ChannelGone:
            log.info("caller hung up in the menu")
        except Exception:
            log.exception("the menu failed; the dialplan goes on with the call")
