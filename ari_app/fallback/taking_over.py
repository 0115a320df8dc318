"""Back from away: the callers whom the dialplan has served meanwhile (extensions.conf: key menu, app_queue).

Who waits in app_queue is taken over in his order and waits on with us; who talks with an agent is left to it, and his
ticket gets to know with whom, and when it was over.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from ari_app.acd.queue import QueueEntry
from ari_app.ari.errors import AriRefused
from ari_app.ari.events import BRIDGES, CHANNELS, Channel
from ari_app.exchange import Exchange
from ari_app.fallback.ami import Ami, AmiError
from ari_app.fallback.queue_log import Course, read_courses
from ari_app.legs import CallerLeg
from ari_app.pbx.configuration import BACK, LANGUAGE_VARIABLE, QUEUE_VARIABLE, WAITS_FOR_CONTROLLER, queue_log_of
from ari_app.pbx.credentials import AMI_USER, load_credentials
from ari_app.pbx.queues import group_of
from ari_app.standing import standing_of
from ivr.conversation import Call
from ivr.decision import EnterQueue
from ivr.record import TicketRecord, open_record
from tickets.events import Kind
from tickets.numbers import normalise
from tickets.store import StoreError

log = structlog.get_logger(__name__)

_REDIRECTED_WITHIN_S = 10.0
_CLAIMED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Outside:
    """A caller whom the dialplan serves because we were away: he waits in app_queue, or talks with the agent of his
    `course`, or hears the last words."""

    channel: Channel
    is_waiting: bool
    course: Course


async def callers_outside(exchange: Exchange) -> list[Outside]:
    """All of them but those who are in the key menu: these come by themselves.

    Raises:
        AriError: Asterisk does not tell.
    """
    channels = CHANNELS.validate_python([remote.json for remote in await exchange.client.channels.list()])
    bridges = BRIDGES.validate_python([remote.json for remote in await exchange.client.bridges.list()])
    bridged = {id for bridge in bridges for id in bridge.channels}
    served = [
        channel
        for channel in channels
        if channel.channelvars.get(WAITS_FOR_CONTROLLER)
        and channel.dialplan.app_name in ("Queue", "Playback")
        and not exchange.client.is_followed(channel.id)
    ]
    known = await courses(exchange) if served else {}
    return [
        Outside(
            channel,
            channel.dialplan.app_name == "Queue" and channel.id not in bridged,
            known.get(channel.id) or Course(),
        )
        for channel in served
    ]


async def courses(exchange: Exchange) -> dict[str, Course]:
    """The ways of all callers through app_queue, by the ids of their channels."""
    ahead = timedelta(seconds=exchange.settings.clock.ahead_s)
    return await asyncio.to_thread(read_courses, queue_log_of(exchange.settings.asterisk_dir), ahead)


async def take_over(exchange: Exchange, found: Iterable[Outside]) -> None:
    """Those who wait come into our application, and are offered to agents in their order. Where that cannot be done
    they go on waiting where they are."""
    waiting = {one.channel.id: one for one in found if one.is_waiting}
    if not waiting:
        return
    try:
        entries = [await _entry(exchange, one) for one in waiting.values()]
    except StoreError as error:
        log.error("callers are left in app_queue: the database does not answer", count=len(waiting), why=str(error))
        return
    entries.sort(key=lambda entry: entry.place)
    exchange.distributor.rejoin(entries)
    try:
        async with asyncio.timeout(_REDIRECTED_WITHIN_S):
            await asyncio.to_thread(_redirect, exchange, [waiting[entry.call_id].channel for entry in entries])
        log.info("callers are taken over from app_queue", count=len(waiting))
        await asyncio.sleep(_CLAIMED_WITHIN_S)
    except (AmiError, TimeoutError) as error:
        log.error("callers are left in app_queue", count=len(waiting), why=str(error))
    finally:
        for call_id in waiting:  # who has hung up in between does not come for his place
            exchange.distributor.give_up(call_id)


async def follow_to_end(exchange: Exchange, one: Outside) -> None:
    """The rest of a call that goes on without us.

    Raises:
        StoreError: the database does not answer.
    """
    id, client, app = one.channel.id, exchange.client, exchange.client.settings.app
    leg = CallerLeg(id, client.follow(id))
    course = one.course
    try:
        if course.agent is not None:
            exchange.distributor.resume_talk(course.agent, id, group_of(course.queue) or "")
        ticket = await _ticket(exchange, one)
        if course.agent is not None and ticket.answered_by is None:
            await _as_of(ticket.record, course.answered_at).answered(course.agent)
        try:
            await client.applications.subscribe(applicationName=app, eventSource=f"channel:{id}")
            await leg.follow()
        except AriRefused:
            log.info("the call was over before we looked", call=id)
    finally:
        leg.events.close()
        if course.agent is not None:
            exchange.distributor.hang_up(course.agent)
    await ticket.record.finished(leg.cause)


async def record_course(exchange: Exchange, record: TicketRecord, call_id: str, course: Course) -> TicketRecord:
    """What app_queue did for a caller who is gone: the record as of the end of his call."""
    history = await asyncio.to_thread(exchange.store.events.of_call, call_id)
    if any(event.kind == Kind.CALL_RESUMED for event in history):
        return record  # he was taken over: his way through app_queue ended long before his call
    if course.agent is not None and standing_of(history).agent is None:
        await _as_of(record, course.answered_at).answered(course.agent)
    return _as_of(record, course.ended_at)


async def _entry(exchange: Exchange, one: Outside) -> QueueEntry:
    ticket = await _ticket(exchange, one)
    decided = ticket.decided
    return QueueEntry(one.channel.id, decided.group, ticket.since, decided.priority, decided.skills, decided.agent)


@dataclass(frozen=True, slots=True)
class _Ticket:
    record: TicketRecord
    decided: EnterQueue
    since: datetime
    answered_by: str | None


async def _ticket(exchange: Exchange, one: Outside) -> _Ticket:
    """His ticket says for whom he waits, and since when; of a caller who had no menu it says so only now."""
    channel, groups = one.channel, exchange.distributor.floor.rules
    call = _call(exchange, channel)
    record = await open_record(exchange.store, call, await _sip_call_id(exchange, channel), exchange.now)
    standing = standing_of(await asyncio.to_thread(exchange.store.events.of_call, channel.id))
    if isinstance(standing.decided, EnterQueue) and standing.waiting_since and standing.group in groups:
        return _Ticket(record, standing.decided, standing.waiting_since, standing.agent)
    chosen = group_of(channel.channelvars.get(QUEUE_VARIABLE, ""))
    group = chosen if chosen is not None and chosen in groups else exchange.editions.current.dialplan.group_of(None)
    decided, waiting = EnterQueue(group, "away"), _as_of(record, call.arrived_at)
    await waiting.decided(decided)
    await waiting.settled()
    return _Ticket(record, decided, call.arrived_at, standing.agent)


def _as_of(record: TicketRecord, moment: datetime | None) -> TicketRecord:
    return record if moment is None else replace(record, now=lambda: moment)


def _call(exchange: Exchange, channel: Channel) -> Call:
    dialled, settings = channel.dialplan.exten, exchange.settings
    return Call(
        channel.id,
        normalise(channel.caller.number, settings.tickets.region),
        dialled,
        channel.channelvars.get(LANGUAGE_VARIABLE) or exchange.editions.current.dialplan.entry(dialled).language,
        channel.creationtime + timedelta(seconds=settings.clock.ahead_s),
    )


async def _sip_call_id(exchange: Exchange, channel: Channel) -> str:
    try:
        found = await exchange.client.channels.getChannelVar(channelId=channel.id, variable="CHANNEL(pjsip,call-id)")
    except AriRefused:
        return ""
    return str(found["value"])


def _redirect(exchange: Exchange, channels: Sequence[Channel]) -> None:
    """
    Raises:
        AmiError: Asterisk does not answer.
    """
    settings = exchange.settings
    secret = load_credentials(settings.asterisk_dir).ami_password
    with Ami(settings.pbx.control_host, settings.pbx.ami_port, AMI_USER, secret) as ami:
        for channel in channels:
            place = channel.dialplan
            why = ami.act("Redirect", Channel=channel.name, Context=place.context, Exten=place.exten, Priority=BACK)
            if why is not None:
                log.info("not taken over", call=channel.id, why=why)
