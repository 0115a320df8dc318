"""The key menu's server, with an Asterisk that is only a socket."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.agi.content import Content
from ari_app.agi.server import KeyMenuServer
from ari_app.settings import Settings, load_settings
from tickets.outage import declaration
from tickets.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALL = {
    "agi_network_script": "",
    "agi_uniqueid": "hotline-1.0",
    "agi_callerid": "+493012345",
    "agi_extension": "5000",
    "agi_arg_1": "sip-1",
}


class Asterisk:
    """The side of FastAGI that sends callers: it plays silence, and presses the keys of `keys` at the menu's prompts.
    Out of keys the caller hangs up, unless `stays`."""

    def __init__(self, port: int, keys: str, stays: bool = True) -> None:
        self.keys = list(keys)
        self.stays = stays
        self.commands: list[str] = []
        self.variables: dict[str, str] = {}
        self._connection = socket.create_connection(("127.0.0.1", port), 5)

    def serve(self) -> None:
        """Until the server lets the caller go."""
        with self._connection, self._connection.makefile("rw", newline="\n") as file:
            file.write("".join(f"{name}: {value}\n" for name, value in CALL.items()) + "\n")
            file.flush()
            for line in file:
                self.commands.append(line.strip())
                file.write(self._answer(line.strip()))
                file.flush()

    def _answer(self, command: str) -> str:
        if self._is_gone():
            return "HANGUP\n" + ("511 dead channel\n" if command.startswith("CHANNEL") else "200 result=-1\n")
        match command.split():
            case ["WAIT", *_]:
                return f"200 result={ord(self.keys.pop(0))}\n"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name.strip('"')] = value.strip('"')
                return "200 result=1\n"
            case _:
                return "200 result=0 endpos=8000\n"

    def _is_gone(self) -> bool:
        return not self.stays and not self.keys


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"HOTLINE_STATE": str(tmp_path / "state"), "HOTLINE_CACHE": str(tmp_path / "cache")})


@pytest.fixture
async def content(settings: Settings, tmp_path: Path) -> AsyncIterator[Content]:
    content = Content(settings, tmp_path / "sounds")
    await content.refresh()
    yield content
    content.close()


@contextmanager
def running(content: Content) -> Iterator[KeyMenuServer]:
    server = KeyMenuServer(0, content, "DE", lambda: NOON, asyncio.get_running_loop())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


async def call(server: KeyMenuServer, keys: str, stays: bool = True) -> Asterisk:
    asterisk = Asterisk(server.server_address[1], keys, stays)
    async with asyncio.timeout(60):
        await asyncio.to_thread(asterisk.serve)
    return asterisk


async def happened(store: Store) -> list[str]:
    return [event.kind for event in await asyncio.to_thread(store.events.of_call, "hotline-1.0")]


# D12
async def test_the_caller_goes_back_with_his_queue_and_a_ticket_that_says_so(content: Content) -> None:
    with running(content) as server:
        asterisk = await call(server, "3")
    assert asterisk.variables == {"HOTLINE_QUEUE": "group-helpdesk", "QUEUE_PRIO": "0", "HOTLINE_LANGUAGE": "en"}
    store = await content.store()
    ticket = store.tickets.of_sip_call("sip-1")
    assert ticket is not None
    assert (ticket.call_id, ticket.caller, ticket.category) == ("hotline-1.0", "+493012345", "network")
    kinds = await happened(store)
    assert kinds[0] == "ticket_opened"
    assert kinds.index("heard") < kinds.index("understood") < kinds.index("decided") < kinds.index("queue_entered")


# 001-13
async def test_what_asterisk_is_to_play_is_there_and_is_sound(content: Content) -> None:
    store = await content.store()
    texts = {"en": "The network is down.", "zh": "网络中断。"}
    store.outages.declare(declaration("Network", frozenset(), frozenset(), texts), "anna", NOON)
    await content.refresh()
    with running(content) as server:
        asterisk = await call(server, "0")
    played = [Path(command.split()[2] + ".ulaw") for command in asterisk.commands if command.startswith("STREAM")]
    assert len(played) == 5, "greeting, a known outage, its notice, the keys, a person comes"
    assert all(file.stat().st_size > 4000 for file in played)
    assert all(command.endswith('"0123456789*#" 0') for command in asterisk.commands if command.startswith("STREAM"))


# D9
async def test_who_hangs_up_in_the_menu_has_a_finished_ticket(content: Content) -> None:
    with running(content) as server:
        asterisk = await call(server, "", stays=False)
    assert asterisk.variables == {}
    assert (await happened(await content.store()))[-1] == "call_finished"


# 000-24
async def test_without_a_database_he_is_queued_without_a_ticket(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder can be made here")
    content = Content(settings, tmp_path / "sounds")
    await content.refresh()
    with running(content) as server:
        asterisk = await call(server, "3")
    assert asterisk.variables["HOTLINE_QUEUE"] == "group-helpdesk"


async def test_without_a_dialplan_he_goes_straight_back(settings: Settings, tmp_path: Path) -> None:
    with running(Content(settings, tmp_path / "sounds")) as server:
        asterisk = await call(server, "3")
    assert asterisk.commands == []


async def test_who_only_looks_whether_the_menu_is_there_does_no_harm(content: Content) -> None:
    with running(content) as server:
        socket.create_connection(("127.0.0.1", server.server_address[1]), 5).close()
        assert (await call(server, "0")).variables
