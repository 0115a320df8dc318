"""Requests: built from what Asterisk says it can do, and its refusals as our errors."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fake_ari import FakeAri, channel

from ari_app.ari.errors import (
    AriRefused,
    AriUnavailable,
    Conflict,
    Gone,
    NotFound,
    NotInStasis,
    UnknownName,
    ignoring_gone,
    refusal,
)
from ari_app.ari.remote import Remote, Repository, remote
from ari_app.ari.rest import Rest
from ari_app.ari.settings import AriSettings


@pytest.fixture
def ari() -> FakeAri:
    return FakeAri()


@pytest.fixture
async def rest(ari: FakeAri) -> AsyncIterator[Rest]:
    rest = Rest(AriSettings(username="us", password="secret"), ari.transport)
    await rest.load()
    yield rest
    await rest.close()


async def test_an_answer_that_is_a_channel_can_be_operated(ari: FakeAri, rest: Rest) -> None:
    made = await Repository("channels", rest).originate(endpoint="PJSIP/agent1", timeout=20, variables={"A": "1"})
    assert isinstance(made, Remote)
    assert made.id == "new"
    await made.hangup()
    originate, hangup = ari.requests[-2:]
    assert dict(originate.url.params) == {"endpoint": "PJSIP/agent1", "timeout": "20"}
    assert json.loads(originate.content) == {"variables": {"A": "1"}}
    assert originate.headers["authorization"].startswith("Basic ")
    assert (hangup.method, hangup.url.path) == ("DELETE", "/ari/channels/new")


async def test_lists_come_as_lists_of_objects(ari: FakeAri, rest: Rest) -> None:
    ari.channels = [channel("1"), channel("2")]
    assert [found.id for found in await Repository("channels", rest).list()] == ["1", "2"]


async def test_several_values_are_joined_and_ids_are_quoted(ari: FakeAri, rest: Rest) -> None:
    ari.answer = lambda request: httpx.Response(200, json={"id": "p"}) if "play" in request.url.path else None
    playback = await remote("Channel", "a/b", rest).play(media=["sound:a", "sound:b"])
    assert playback.id == "p"
    assert ari.requests[-1].url.raw_path == b"/ari/channels/a%2Fb/play?media=sound%3Aa%2Csound%3Ab"


async def test_a_filter_is_the_whole_body(ari: FakeAri, rest: Rest) -> None:
    await Repository("applications", rest).filter(applicationName="x", filter={"disallowed": [{"type": "Dial"}]})
    assert json.loads(ari.requests[-1].content) == {"disallowed": [{"type": "Dial"}]}


@pytest.mark.parametrize(
    ("operation", "arguments", "complaint"),
    [
        ("orginate", {}, "channels has no orginate; it has hangup, list, originate, play"),
        ("hangup", {"channel": "1"}, "hangup takes no channel; it takes channelId"),
        ("play", {"channelId": "1"}, "play needs media"),
    ],
)
async def test_wrong_names_name_the_right_ones(rest: Rest, operation: str, arguments: dict, complaint: str) -> None:
    with pytest.raises(UnknownName, match=complaint):
        await getattr(Repository("channels", rest), operation)(**arguments)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (404, "Channel not found", NotFound),
        (400, "Channel not found", NotFound),
        (409, "Channel not in Stasis application", NotInStasis),
        (422, "Channel not in Stasis application", NotInStasis),
        (409, "A recording with the same name already exists", Conflict),
        (412, "Channel in invalid state", Conflict),
        (400, "Missing media", AriRefused),
        (500, "Allocation failed", AriRefused),
    ],
)
def test_refusals_have_their_kind(status: int, message: str, kind: type[AriRefused]) -> None:
    error = refusal(status, message, "POST /x")
    assert type(error) is kind
    assert str(error) == f"POST /x: {status} {message}"


async def test_gone_is_normal_where_one_says_so(ari: FakeAri, rest: Rest) -> None:
    ari.answer = lambda request: httpx.Response(404, json={"message": "Channel not found"})
    with ignoring_gone():
        await remote("Channel", "1", rest).hangup()
    with pytest.raises(Gone, match="Channel not found"):
        await remote("Channel", "1", rest).hangup()


async def test_no_answer_is_unavailable(ari: FakeAri, rest: Rest) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    ari.answer = refuse
    with pytest.raises(AriUnavailable, match="refused"):
        await remote("Channel", "1", rest).hangup()


@pytest.mark.parametrize("answer", [httpx.Response(200, json={"no": "apis"}), httpx.Response(200, json=[])])
async def test_what_is_no_asterisk_is_unavailable(ari: FakeAri, answer: httpx.Response) -> None:
    ari.answer = lambda request: answer
    rest = Rest(AriSettings(), ari.transport)
    with pytest.raises(AriUnavailable, match="api-docs"):
        await rest.load()
    await rest.close()
