"""The dialplan, with real SIP telephones: who may call, what the controller is told, and what happens without it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import websockets
from real_asterisk import RealAsterisk

from ari_app.phones.errors import CallFailed, PhoneUnavailable
from ari_app.phones.phone import Account, Phone
from ivr.speech.mulaw import encode

NORMAL_CLEARING = 16


def tone(seconds: float) -> bytes:
    """440 Hz as mu-law."""
    samples = 8000 * np.sin(2 * np.pi * 440 / 8000 * np.arange(int(8000 * seconds)))
    return encode(samples.astype(np.int16))


@pytest.fixture
async def caller(asterisk: RealAsterisk, tmp_path: Path) -> AsyncIterator[Phone]:
    account = Account("+4930123456", asterisk.trunk_address, f"{asterisk.sip_host}:{asterisk.sip_port}")
    async with Phone.running(account, tmp_path / "caller") as phone:
        yield phone


def agent(asterisk: RealAsterisk, password: str | None = None) -> Account:
    registrar = f"{asterisk.sip_host}:{asterisk.sip_port}"
    return Account("agent1", "127.0.0.11", registrar, password or asterisk.agent_password("agent1"))


async def next_event(events: websockets.ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            event: dict[str, Any] = json.loads(await events.recv())
            if event["type"] == kind:
                return event


# 000-1
async def test_a_call_reaches_the_controller_unanswered_with_number_and_call_id(
    asterisk: RealAsterisk, caller: Phone
) -> None:
    user, password = asterisk.ari_auth
    address = f"ws{asterisk.ari_url.removeprefix('http')}/events?app=hotline&api_key={user}:{password}"
    async with websockets.connect(address) as events, httpx.AsyncClient(auth=asterisk.ari_auth) as ari:
        call = await caller.call("4711")
        start = await next_event(events, "StasisStart")
        channel = start["channel"]
        assert start["args"] == ["4711", call.sip_call_id]
        assert (channel["state"], channel["caller"]["number"]) == ("Ring", "+4930123456")
        await ari.post(f"{asterisk.ari_url}/channels/{channel['id']}/answer")
        await call.answered()
        # Stasis ends in good order: the plan of our own outage must not begin.
        await ari.post(f"{asterisk.ari_url}/channels/{channel['id']}/continue")
        ended = await call.over()
    assert (ended.cause, ended.by_us) == (NORMAL_CLEARING, False)
    assert call.sounds == []


# 000-24
async def test_without_controller_and_agents_the_caller_is_told_and_let_go(
    asterisk: RealAsterisk, caller: Phone
) -> None:
    call = await caller.call("4711")
    await call.answered()
    ended = await call.over(30)
    assert (ended.cause, ended.by_us) == (NORMAL_CLEARING, False)
    assert call.sounds, "not a word was heard"


# 000-24
async def test_without_controller_the_caller_reaches_an_agent_and_they_hear_each_other(
    asterisk: RealAsterisk, caller: Phone, tmp_path: Path
) -> None:
    async with Phone.running(agent(asterisk), tmp_path / "agent") as desk:
        call = await caller.call("4711")
        await call.answered()
        offered = await desk.incoming(30)
        assert "+4930123456" in offered.remote
        await offered.answer()
        heard_before = len(call.sounds)
        await offered.say(tone(1.0))
        assert await call.until(lambda: len(call.sounds) > heard_before, 30)
        await call.say(tone(1.0))
        assert await offered.until(lambda: bool(offered.sounds), 30)
        await offered.hang_up()
        assert (await call.over(30)).by_us is False


async def test_a_wrong_password_and_a_stranger_are_refused(asterisk: RealAsterisk, tmp_path: Path) -> None:
    with pytest.raises(PhoneUnavailable, match="refused"):
        async with Phone.running(agent(asterisk, "guessed"), tmp_path / "agent"):
            pass
    stranger = Account("+4930666", "127.0.0.66", f"{asterisk.sip_host}:{asterisk.sip_port}")
    async with Phone.running(stranger, tmp_path / "stranger") as phone:
        call = await phone.call("4711")
        with pytest.raises(CallFailed):
            await call.answered(5)
