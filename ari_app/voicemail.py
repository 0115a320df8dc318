"""Nobody is there, or he would rather: the caller leaves a message, and the message stands on his ticket."""

import asyncio

import structlog

from ari_app.exchange import Exchange
from ivr.conversation import Prompt, Utterance
from ivr.decision import LeaveMessage
from ivr.journal import Answered
from ivr.record import TicketRecord
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer
from ivr.speech.message import Message, MessageLimits, record_message
from ivr.speech.recognizer import RecognizerError
from ivr.speech.wav import write_mulaw

log = structlog.get_logger(__name__)


async def take_message(
    exchange: Exchange, record: TicketRecord, conversation: AudioConversation, decision: LeaveMessage, ask: str
) -> None:
    """Ask for a message with the prompt `ask`, record it, write it down and thank for it. One who hangs up has left his
    message too.

    Only a message that was left is noted as the decision: who hangs up before still wanted an agent.

    Raises:
        CallerHungUp: before the recording began, or after it.
    """
    await conversation.say(Prompt(ask, conversation.language))
    await conversation.sound(exchange.tone)
    endpointer = Endpointer(exchange.settings.endpointing)
    message = await record_message(conversation.line, endpointer, MessageLimits())
    if message.is_spoken:
        await record.decided(decision)
        await _keep(exchange, record, message, conversation.language)
    if not message.has_hung_up:
        thanks = "message.thanks" if message.is_spoken else "message.empty"
        await conversation.say(Prompt(thanks, conversation.language, {"number": record.number}))


async def _keep(exchange: Exchange, record: TicketRecord, message: Message, language: str) -> None:
    name = f"{record.number}-message.wav"
    try:
        await asyncio.to_thread(write_mulaw, exchange.settings.tickets.recordings / name, message.audio)
    except OSError:
        log.exception("message not kept")
        return
    await record.recorded(name, len(message.audio) / 8000, "message")
    try:
        heard = Utterance(await exchange.recognizer.recognize(message.audio, language))
    except RecognizerError as error:
        log.warning("message not written down", error=str(error))
        return
    await record.heard(Answered("message", heard))
