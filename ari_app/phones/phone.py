"""A SIP telephone to be used from asyncio; the telephone itself is a process (`ari_app.phones.useragent`)."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from ari_app.phones.errors import PhoneError, PhoneUnavailable
from ari_app.phones.phone_call import PhoneCall

START_S = 10.0
GOODBYE_S = 3.0


@dataclass(frozen=True, slots=True)
class Account:
    """Who the telephone is. `address` is its own IP address; with a password it registers at `registrar`
    (host:port), without one it is a trunk: known by its address, and `user` is merely the number it shows."""

    user: str
    address: str
    registrar: str
    password: str | None = None
    auto_answer: bool = False
    port: int = 0
    """Where it can be called without a registration; 0: any port."""


class Phone:
    """A running telephone: places calls, gets calls. Made by `Phone.running`."""

    def __init__(self, account: Account, recordings: Path, process: asyncio.subprocess.Process) -> None:
        self.account = account
        self.recordings = recordings
        self._process = process
        self._calls: dict[str, PhoneCall] = {}
        self._incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._placed = 0
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    @asynccontextmanager
    async def running(cls, account: Account, recordings: Path) -> AsyncIterator[Self]:
        """A telephone that is ready (registered, if its account says so), and gone afterwards.

        Every call is recorded in a folder of its own below `recordings`; what PJSIP prints goes to useragent.log.

        Raises:
            PhoneUnavailable: it does not start or the registrar refuses it.
        """
        recordings.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  once, and local
        with (recordings / "useragent.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "ari_app.phones.useragent"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        phone = cls(account, recordings, process)
        reading = asyncio.create_task(phone._read())
        try:
            phone.send({**asdict(account), "recordings": str(recordings)})
            await phone._is_ready()
            yield phone
        finally:
            await phone._close()
            await reading

    @property
    def pid(self) -> int:
        """The process that is the telephone."""
        return self._process.pid

    def send(self, command: dict[str, Any]) -> None:
        """Hand a command to the process."""
        if self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def call(self, number: str) -> PhoneCall:
        """Call `number` at the registrar's address; returns at once, while it rings (see `PhoneCall.answered`)."""
        self._placed += 1
        call = self._new_call(f"out{self._placed}", time.monotonic())
        self.send({"do": "call", "call": call.name, "to": f"sip:{number}@{self.account.registrar}"})
        if not await call.until(lambda: bool(call.sip_call_id or call.errors), 5.0) or call.errors:
            raise PhoneUnavailable("the call could not be placed: " + "; ".join(call.errors or ["no telephone"]))
        return call

    def unregister(self) -> None:
        """It is not there for new calls any more; those that it has go on."""
        self.send({"do": "unregister"})

    async def incoming(self, timeout_s: float) -> PhoneCall:
        """The next call that comes in.

        Raises:
            PhoneError: none came within `timeout_s`.
        """
        try:
            return await asyncio.wait_for(self._incoming.get(), timeout_s)
        except TimeoutError:
            raise PhoneError(f"no call came in within {timeout_s:.0f} s") from None

    def _new_call(self, name: str, began_at: float) -> PhoneCall:
        call = self._calls[name] = PhoneCall(name, self.recordings / name, self.send, began_at)
        return call

    async def _is_ready(self) -> None:
        try:
            await asyncio.wait_for(self._ready, START_S)
        except TimeoutError:
            raise PhoneUnavailable(f"{self.account.registrar} does not answer the registration") from None

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  (it was asked for above)
        async for line in self._process.stdout:
            self._take(json.loads(line))
        if not self._ready.done():
            self._ready.set_exception(PhoneUnavailable(f"the telephone ended: {self._last_words()}"))
        for call in self._calls.values():
            if not call.ended:
                call.take({"event": "ended", "time": time.monotonic(), "status": 0, "cause": 41, "by_us": False})

    def _take(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "ready" if self.account.password is None:
                self._settle(None)
            case "registered":
                self._settle(None)
            case "refused":
                self._settle(PhoneUnavailable(f"the registrar refused {self.account.user}: SIP {event['status']}"))
            case "error" if "call" not in event:
                self._settle(PhoneUnavailable(event["message"]))
            case "incoming":
                call = self._new_call(event["call"], event["time"])
                call.take(event)
                self._incoming.put_nowait(call)
            case _ if "call" in event:
                self._calls[event["call"]].take(event)

    def _settle(self, failure: PhoneUnavailable | None) -> None:
        if self._ready.done():
            return
        if failure:
            self._ready.set_exception(failure)
        else:
            self._ready.set_result(None)

    def _last_words(self) -> str:
        lines = (self.recordings / "useragent.log").read_text(errors="replace").strip().splitlines()
        if lines and "No module named 'pjsua2'" in lines[-1]:
            return "pjsua2 is missing: pip install 'hotline[demo]' (Python < 3.13)"
        return lines[-1] if lines else "it said nothing"

    async def _close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), GOODBYE_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
