"""E-mail and short messages, handed to real servers on loopback."""

import asyncio
import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_ari import until
from servers import Gateway, MailServer, mail_server, sms_gateway

from tickets.notify import Notifier, Way
from tickets.settings import NotifySettings

LINK = "Reset your password here: https://it.example.com/reset?a=1&b=2 — “{to}” ä 密码"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with sms_gateway() as server:
        yield server


def by_mail(server: MailServer) -> NotifySettings:
    return NotifySettings(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        email_sender="IT help desk <hotline@example.com>",
    )


def by_sms(server: Gateway) -> NotifySettings:
    return NotifySettings(sms_url=f"{server.url}/send", sms_prefixes=("+4915", "+44"))


async def sent(settings: NotifySettings, by: Way, to: str, text: str = LINK) -> bool:
    return await Notifier(settings, "DE").send(by, to, text)


async def test_an_email_arrives_as_it_was_written(mail: MailServer) -> None:  # 001-15
    assert await sent(by_mail(mail), "email", "anna@example.com")
    assert mail.envelopes == [("hotline@example.com", "anna@example.com")]
    (message,) = mail.messages
    assert message.get_content().strip() == LINK
    assert (message["To"], message["Subject"]) == ("anna@example.com", "IT help desk")
    assert message["From"] == "IT help desk <hotline@example.com>"
    assert message["Message-ID"].endswith("@example.com>")


async def test_the_mail_server_may_ask_for_a_password() -> None:
    token = base64.b64encode(b"\0hotline\0s3cret").decode()
    with mail_server(password=token) as mail:
        settings = replace(by_mail(mail), smtp_user="hotline", smtp_password="s3cret")
        assert await sent(settings, "email", "anna@example.com")
        assert not await sent(replace(settings, smtp_password="other"), "email", "anna@example.com")
        assert len(mail.messages) == 1


async def test_nothing_is_said_in_the_clear_that_should_be_encrypted(mail: MailServer) -> None:
    settings = replace(by_mail(mail), smtp_security="starttls", smtp_user="hotline", smtp_password="s3cret")
    assert not await sent(settings, "email", "anna@example.com")
    assert [line[:4] for line in mail.spoken] == ["ehlo"]


async def test_a_recipient_that_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server(refuses="gone@example.com") as mail:
        assert not await sent(by_mail(mail), "email", "gone@example.com")
        assert mail.messages == []
    assert "SMTPRecipientsRefused" in caplog.text
    assert "gone" not in caplog.text


@pytest.mark.parametrize(
    "to", ["", "anna", "a@b", "a@b.de\nBcc: c@d.de", "a@b.de, c@d.de", "Anna <a@b.de>", "änna@example.com"]
)
async def test_what_is_no_address_gets_no_mail(mail: MailServer, to: str) -> None:
    assert not await sent(by_mail(mail), "email", to)
    assert mail.spoken == []


async def test_a_short_message_as_json(gateway: Gateway) -> None:  # 001-15
    settings = replace(by_sms(gateway), sms_header="Authorization: Bearer s3cret")
    assert await sent(settings, "sms", "0151 1234 5678")
    ((method, path, headers, body),) = gateway.requests
    assert (method, path, headers["Authorization"]) == ("POST", "/send", "Bearer s3cret")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"to": "+4915112345678", "text": LINK}


async def test_a_short_message_as_a_form(gateway: Gateway) -> None:
    form = replace(
        by_sms(gateway), sms_content_type="application/x-www-form-urlencoded", sms_body="msisdn={to}&message={text}"
    )
    assert await sent(form, "sms", "+44 20 7946 0123")
    ((_, _, _, body),) = gateway.requests
    assert parse_qs(body.decode()) == {"msisdn": ["+442079460123"], "message": [LINK]}


async def test_a_short_message_in_the_address(gateway: Gateway) -> None:
    settings = replace(by_sms(gateway), sms_url=f"{gateway.url}/x?to={{to}}&t={{text}}", sms_method="GET")
    assert await sent(settings, "sms", "+4915112345678")
    ((method, path, _, body),) = gateway.requests
    assert (method, body) == ("GET", b"")
    assert parse_qs(urlsplit(path).query) == {"to": ["+4915112345678"], "t": [LINK]}


@pytest.mark.parametrize("to", ["1044", "", "anonymous", "+4990012345", "+12025550123", "anna"])
async def test_numbers_that_get_no_message(gateway: Gateway, to: str) -> None:
    assert not await sent(by_sms(gateway), "sms", to)
    assert gateway.requests == []


async def test_without_allowed_numbers_nobody_gets_a_message(gateway: Gateway) -> None:
    assert not await sent(NotifySettings(sms_url=gateway.url), "sms", "+4915112345678")
    assert gateway.requests == []


@pytest.mark.parametrize("status", [302, 401, 500])
async def test_a_gateway_that_refuses(status: int) -> None:
    with sms_gateway(status) as gateway:
        assert not await sent(by_sms(gateway), "sms", "+4915112345678")
        assert len(gateway.requests) == 1


async def test_nobody_is_flooded(gateway: Gateway) -> None:
    now = 0.0
    notifier = Notifier(replace(by_sms(gateway), per_hour=2), "DE", lambda: now)
    numbers = ["+4915112345678", "0151 12345678", "015112345678", "+4915200000001"]
    assert [await notifier.send("sms", number, "x") for number in numbers] == [True, True, False, True]
    now = 3601.0
    assert await notifier.send("sms", numbers[0], "x")


@pytest.mark.parametrize("by", ["sms", "email"])
async def test_nothing_set_up_is_said_in_the_log(by: Way, caplog: pytest.LogCaptureFixture) -> None:
    assert not await sent(NotifySettings(), by, "+4915112345678")
    assert "nothing is set up to send it, see notify." in caplog.text


async def test_a_silent_gateway_does_not_hold_the_call(caplog: pytest.LogCaptureFixture) -> None:
    with sms_gateway(silent=True) as gateway:
        settings = replace(by_sms(gateway), timeout_s=2)
        message = asyncio.create_task(sent(settings, "sms", "+4915112345678"))
        await until(lambda: gateway.requests)
        assert not message.done()  # the loop goes on beside it
        assert not await asyncio.wait_for(message, 8)
    assert "sms not sent" in caplog.text


async def test_nobody_listens() -> None:
    settings = NotifySettings(
        smtp_host="127.0.0.1",
        smtp_port=1,
        email_sender="a@example.com",
        sms_url="http://127.0.0.1:1",
        sms_prefixes=("+",),
    )
    assert not await sent(settings, "email", "anna@example.com")
    assert not await sent(settings, "sms", "+4915112345678")
    assert not await sent(replace(settings, sms_url="http://[bad"), "sms", "+4915112345678")


async def test_the_log_holds_no_addresses(gateway: Gateway, mail: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "tickets.notify")
    await sent(by_sms(gateway), "sms", "+4915112345678")
    await sent(by_mail(mail), "email", "anna@example.com")
    await sent(by_sms(gateway), "sms", "+12025550123")
    assert caplog.text.count("sent") == 3
    for secret in ("12345678", "2025550123", "anna", "reset"):
        assert secret not in caplog.text
