"""Messages to people: e-mail by SMTP, short messages by the HTTP gateway of a provider, and webhooks.

A message is sent by a thread and never stops the caller: after `timeout_s` it counts as not sent. Log lines hold
neither addresses nor texts.
"""

import asyncio
import json
import logging
import re
import smtplib
import socket
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal
from urllib.parse import quote, quote_plus

import httpx

from tickets.email_address import is_email_address
from tickets.numbers import normalise
from tickets.settings import NotifySettings

log = logging.getLogger(__name__)

Way = Literal["sms", "email", "webhook"]

_HOUR_S = 3600.0
_GAP = re.compile(r"\{(to|text)\}")

# Threads of our own: those of asyncio are everybody's, and a mail server may be slow.
_SENDERS = ThreadPoolExecutor(4, thread_name_prefix="notify")


class NotSent(Exception):
    """The message is not on its way; the text says why, fit for the log."""


class Notifier:
    """`region` (ISO 3166-1) reads numbers without a country code; `clock` counts seconds."""

    def __init__(self, settings: NotifySettings, region: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._region = region
        self._clock = clock
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    async def send(self, by: Way, to: str, text: str) -> bool:
        """Whether the message is on its way; if not, the log says why."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                await asyncio.get_running_loop().run_in_executor(_SENDERS, self._letter(by, to, text))
        except NotSent as error:
            log.warning("%s not sent: %s", by, error)
        except TimeoutError:
            log.warning("%s not sent: no answer within %g s", by, self._settings.timeout_s)
        else:
            log.info("%s sent", by)
            return True
        return False

    def _letter(self, by: Way, to: str, text: str) -> Callable[[], None]:
        """What a thread has to do. Raises NotSent when the message may not be sent at all."""
        settings = self._settings
        if by == "email":
            message = _email(settings, to, text)
            self._count(to.casefold())
            return lambda: _hand_to_server(settings, message)
        if by == "webhook":
            self._count(to)
            return lambda: _post(settings, to, text)
        number = _sms_number(settings, to, self._region)
        self._count(number)
        return lambda: _hand_to_gateway(settings, number, text)

    def _count(self, to: str) -> None:
        """One more message to this recipient; nobody can be flooded through the line."""
        now = self._clock()
        for known in [known for known, times in self._sent.items() if times[-1] <= now - _HOUR_S]:
            del self._sent[known]
        times = self._sent[to]
        while times and times[0] <= now - _HOUR_S:
            times.popleft()
        if len(times) >= self._settings.per_hour:
            raise NotSent(f"the recipient had {len(times)} messages within an hour, see notify.per_hour")
        times.append(now)


def _email(settings: NotifySettings, to: str, text: str) -> EmailMessage:
    if not (settings.smtp_host and settings.email_sender):
        raise NotSent("nothing is set up to send it, see notify.smtp_host and notify.email_sender")
    if not is_email_address(to):
        raise NotSent("that is no e-mail address")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.email_sender, to, settings.email_subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=settings.email_sender.rpartition("@")[2].strip("> "))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _hand_to_server(settings: NotifySettings, message: EmailMessage) -> None:
    try:
        with _connected(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)
    except OSError as error:  # every smtplib.SMTPException is one
        raise NotSent(f"{settings.smtp_host}:{settings.smtp_port}: {_told(error)}") from error


def _told(error: OSError) -> str:
    """What went wrong, without the words of the server, which may hold the address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__ if isinstance(error, smtplib.SMTPException) else str(error)


def _connected(settings: NotifySettings) -> smtplib.SMTP:
    # Our name is given, for smtplib would look it up, and wait for a name server that does not answer.
    host, port, name, patience = settings.smtp_host, settings.smtp_port, socket.gethostname(), settings.timeout_s
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, name, timeout=patience, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, name, timeout=patience)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except OSError:
            server.close()
            raise
    return server


def _post(settings: NotifySettings, url: str, text: str) -> None:
    """`{"text": …}`, which chat systems show as a message. Redirects are not followed."""
    try:
        httpx.post(url, json={"text": text}, timeout=settings.timeout_s).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise NotSent(f"the webhook answered {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotSent(f"the webhook was not reached ({type(error).__name__})") from error


def _sms_number(settings: NotifySettings, to: str, region: str) -> str:
    if not settings.sms_url:
        raise NotSent("nothing is set up to send it, see notify.sms_url")
    number = normalise(to, region)
    if not number.startswith("+"):
        raise NotSent("that is no telephone number outside the company")
    if not number.startswith(settings.sms_prefixes):
        raise NotSent(f"numbers like {number[:5]}… are not allowed, see notify.sms_prefixes")
    return number


def _hand_to_gateway(settings: NotifySettings, number: str, text: str) -> None:
    url = _filled(settings.sms_url, number, text, lambda value: quote(value, safe=""))
    headers, content = {}, None
    if settings.sms_header:
        name, _, value = settings.sms_header.partition(":")
        headers[name.strip()] = value.strip()
    if settings.sms_method == "POST":
        headers["Content-Type"] = settings.sms_content_type
        is_json = settings.sms_content_type == "application/json"
        content = _filled(settings.sms_body, number, text, _in_json if is_json else quote_plus)
    try:
        httpx.request(
            settings.sms_method, url, headers=headers, content=content, timeout=settings.timeout_s
        ).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise NotSent(f"the gateway answered {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotSent(f"the gateway was not reached ({type(error).__name__})") from error


def _filled(template: str, number: str, text: str, escaped: Callable[[str], str]) -> str:
    """The template with `{to}` and `{text}` filled; what stands in the text is never taken for a gap."""
    values = {"to": number, "text": text}
    return _GAP.sub(lambda gap: escaped(values[gap[1]]), template)


def _in_json(value: str) -> str:
    """What stands between the quotes of a JSON string."""
    return json.dumps(value)[1:-1]
