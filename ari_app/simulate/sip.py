"""The third rung: a scenario as a real call over SIP, through Asterisk, to a line of its own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from ari_app.finished_ticket import finished_ticket
from ari_app.phones.errors import PhoneError
from ari_app.phones.phone import Account, Phone
from ari_app.phones.phone_call import PhoneCall
from ari_app.settings import Settings
from ari_app.simulate.line import ScenarioLine, ScenarioLines, scenario_lines
from ari_app.simulate.sip_caller import CallTooLong, SipCaller
from dialplan.loader import Dialplan
from ivr.rungs.mouth import Mouth
from ivr.rungs.result import Outcome, Result
from ivr.rungs.text import call_of
from ivr.rungs.verdict import difference
from ivr.rungs.world import end_facts, enter_facts
from ivr.scenario import Scenario
from ivr.scripted import OutOfStep, ScriptedCaller
from ivr.speech.synthesis.caller_voice import caller_voice
from tickets.events import Event
from tickets.outage import spoken_seconds
from tickets.ticket import Ticket

_TICKET_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.1
_WITHHELD = "anonymous"
_SLOT_S = 3.0
"""What a slot of a prompt adds to its length, about."""


@dataclass(slots=True)
class SipRung:
    """Places calls to the lines, at most `calls` at a time. A call that needs people, tickets, outages or switches of
    its own is the only one."""

    lines: ScenarioLines
    dialplan: Dialplan
    mouth: Mouth
    folder: Path
    calls: int
    _free: asyncio.Semaphore = field(init=False)
    _door: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.calls)

    async def run(self, scenario: Scenario, asked: tuple[str, ...] = ()) -> Result:
        """See `Rung`."""
        script = scenario.script
        line = await self.lines.at(script.at)
        needed = self.calls if script.has_facts else 1
        async with self._door:
            for _ in range(needed):
                await self._free.acquire()
        try:
            return await self._with_facts(scenario, asked, line)
        finally:
            for _ in range(needed):
                self._free.release()

    async def _with_facts(self, scenario: Scenario, asked: tuple[str, ...], line: ScenarioLine) -> Result:
        script = scenario.script
        if not script.has_facts:
            return await self._call(scenario, asked, line)
        outages = await asyncio.to_thread(enter_facts, line.store, script, line.settings.tickets.region)
        try:
            return await self._call(scenario, asked, line)
        finally:
            await asyncio.to_thread(end_facts, line.store, outages, script)

    async def _call(self, scenario: Scenario, asked: tuple[str, ...], line: ScenarioLine) -> Result:
        began = time.perf_counter()
        caller = ScriptedCaller(scenario, asked)
        why: str | None = None
        outcome: Outcome | None = None
        sip: SipCaller | None = None
        try:
            call = call_of(scenario, self.dialplan)
            await self.mouth.prepare(scenario.script, call.language)
            registrar = f"{line.running.sip_host}:{line.running.sip_port}"
            account = Account(call.caller or _WITHHELD, line.running.trunk_address, registrar)
            async with Phone.running(account, self.folder / call.id) as phone:
                placed = await phone.call(call.dialled)
                await placed.answered()
                sip = self._sip_caller(caller, placed, await _ticket_of(line, placed), line, call.language)
                try:
                    await sip.run()
                finally:
                    await placed.hang_up()
            ticket = await finished_ticket(line.store, placed.sip_call_id)
            if ticket is None:
                raise PhoneError("the call left no ticket")
            await sip.finish()
            outcome = _outcome(sip, ticket)
            caller.check_finished()
            why = difference(scenario, outcome, tuple(caller.prompts))
        except (OutOfStep, CallTooLong, PhoneError) as error:
            why = str(error)
        return Result(
            scenario,
            why,
            outcome,
            prompts=tuple(caller.prompts),
            asked=caller.asked,
            exchanges=tuple(sip.exchanges) if sip else (),
            repeated=caller.repeated,
            seconds=time.perf_counter() - began,
        )

    def _sip_caller(
        self, caller: ScriptedCaller, placed: PhoneCall, ticket: Ticket, line: ScenarioLine, language: str
    ) -> SipCaller:
        texts = self.dialplan.prompts[language]

        async def events() -> list[Event]:
            return await asyncio.to_thread(line.store.events.of_ticket, ticket.number)

        def seconds(prompt: str) -> float:
            text = texts.get(prompt, "")
            return spoken_seconds(text) + (_SLOT_S if "{" in text else 0.0)

        ahead = timedelta(seconds=line.settings.clock.ahead_s)
        sound = partial(self.mouth.sound, language=language)
        return SipCaller(placed, caller, sound, events, seconds, lambda: datetime.now(UTC) + ahead)


@asynccontextmanager
async def sip_rung(settings: Settings, dialplan: Dialplan, calls: int) -> AsyncIterator[SipRung]:
    """Lines, telephones and voices for as long as this lasts.

    Raises:
        PbxError, LineError: no line can be started (when the first scenario runs).
        ManifestError: the manifest of recorded callers is broken.
    """

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    with TemporaryDirectory(prefix="hotline-calls-") as folder:
        async with caller_voice(settings.synthesis) as voice, scenario_lines(settings, tell) as lines:
            yield SipRung(lines, dialplan, Mouth(voice), Path(folder), calls)


async def _ticket_of(line: ScenarioLine, placed: PhoneCall) -> Ticket:
    """The ticket of a call that was just answered.

    Raises:
        PhoneError: there is none.
    """
    deadline = time.monotonic() + _TICKET_WITHIN_S
    while time.monotonic() < deadline:
        ticket = await asyncio.to_thread(line.store.tickets.of_sip_call, placed.sip_call_id)
        if ticket is not None:
            return ticket
        await asyncio.sleep(_LOOK_EVERY_S)
    raise PhoneError(f"no ticket was opened within {_TICKET_WITHIN_S:.0f} s")


def _outcome(sip: SipCaller, ticket: Ticket) -> Outcome:
    """The ticket as it was when the decision had been made: who leaves a queue changes it again."""
    return Outcome(sip.course.decision, replace(ticket, status=sip.course.status or ticket.status))
