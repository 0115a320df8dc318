"""`hotline simulate`: scenarios on three rungs, with the parity of each with the one below; or a call by keyboard."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from ari_app.settings import Settings
from ari_app.simulate.failures import FAILURES
from ari_app.up import cancelled_by_signals
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from ivr.desk import ExpectedWait
from ivr.keyboard import Terminal
from ivr.library import SpokenLibrary
from ivr.open_question import fit_open_question
from ivr.rungs.audio import audio_rung
from ivr.rungs.mouth import Mouth
from ivr.rungs.parity import Pair, Parity
from ivr.rungs.result import Result
from ivr.rungs.running import Asked, Rung, run_all
from ivr.rungs.text import TextRung
from ivr.rungs.world import throwaway_store
from ivr.scenario import Scenario, load_scenarios
from ivr.simulator import Simulator, new_call
from ivr.speech.wording import Wording
from ivr.speech.workers import worker_count
from ivr.text import TextConversation
from knowledge.errors import KnowledgeError
from knowledge.library import Library, load_library

app = typer.Typer()
_FAILED, _WRONG_USAGE = 1, 2
_QUEUE = (
    ExpectedWait(2, timedelta(minutes=2), timedelta(minutes=4)),
    ExpectedWait(1, timedelta(), timedelta(minutes=1)),
)
"""What a caller at the keyboard finds when he is queued."""
_ESPEAK = "spoken by espeak-ng, which recognizers hardly understand (pip install 'hotline[voices]')"


class RungName(StrEnum):
    TEXT = "text"
    AUDIO = "audio"
    SIP = "sip"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for on the command line."""

    rungs: tuple[RungName, ...]
    scenarios: tuple[Scenario, ...]
    noise_db: float | None
    calls: int
    as_json: bool


@app.command(epilog="Example: hotline simulate dialplan/helpdesk/scenarios --rung all")
def simulate(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="Scenarios, or folders of them.")] = None,
    rung: Annotated[
        list[RungName] | None,
        typer.Option(help="In text, by sound, or over SIP; may be given more than once.", show_default="text"),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(metavar="DB", min=0, max=60, help="By sound: how much quieter than the caller his room is."),
    ] = None,
    calls: Annotated[int, typer.Option(help="Over SIP: how many calls at a time.", min=1, max=20)] = 2,
    number: Annotated[str, typer.Option("--from", help="The caller's number, at the keyboard.")] = "",
    dialled: Annotated[str, typer.Option("--to", help="The number called, at the keyboard.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run scenarios; without a file, a call by keyboard.

    Ends with 1 when a scenario fails on the first rung, or when a rung is too unlike the one before it.
    """
    settings = context.obj if isinstance(context.obj, Settings) else Settings()
    if not files:
        if as_json or rung:
            _refuse("--json and --rung need scenario files — without one, this is a call by keyboard")
        _call_by_keyboard(settings, number, dialled)
        return
    chosen = set(RungName) if RungName.ALL in (rung or ()) else set(rung or (RungName.TEXT,))
    rungs = tuple(name for name in (RungName.TEXT, RungName.AUDIO, RungName.SIP) if name in chosen)
    asked = _Asked(rungs, _scenarios(tuple(files)), noise, calls, as_json)
    simulator, library = _simulator(settings)
    try:
        results, parities = asyncio.run(_climb(settings, asked, simulator, library))
    except FAILURES as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_FAILED) from None
    except asyncio.CancelledError:
        typer.echo("interrupted", err=True)
        raise typer.Exit(_FAILED) from None
    _report(asked, results, parities)
    if not all(result.is_passed for result in results[rungs[0]]) or not all(parity.is_enough for parity in parities):
        raise typer.Exit(_FAILED)


Results = dict[RungName, list[Result]]


async def _climb(
    settings: Settings, asked: _Asked, simulator: Simulator, library: Library
) -> tuple[Results, list[Parity]]:
    """All scenarios on each rung; text is climbed in any case, for the callers of the others know it."""
    with cancelled_by_signals():  # whatever ends us, the line and the telephones of the SIP rung end first
        return await _climb_each(settings, asked, simulator, library)


async def _climb_each(
    settings: Settings, asked: _Asked, simulator: Simulator, library: Library
) -> tuple[Results, list[Parity]]:
    text = TextRung(simulator)
    reference = await run_all(text, asked.scenarios, {}, 1, lambda _: None)
    prompts: Asked = {result.scenario: result.asked for result in reference if result.is_passed}
    results: Results = {}
    parities: list[Parity] = []
    for name in asked.rungs:
        async with _rung(name, settings, asked, simulator, library) as (rung, at_once):
            _progress(asked, f"{name}:")
            if name is RungName.TEXT:
                results[name] = reference
                for result in reference:
                    _tell(asked, result)
            else:
                scenarios = _able(name, asked)
                results[name] = await run_all(rung, scenarios, prompts, at_once, lambda one: _tell(asked, one))
            if below := [lower for lower in results if lower is not name]:
                ran = {result.scenario for result in results[name]}
                lower = [result for result in results[below[-1]] if result.scenario in ran]
                pairs = await _pairs(rung, lower, results[name], prompts)
                parities.append(Parity(name.value, below[-1].value, pairs))
    return results, parities


def _able(name: RungName, asked: _Asked) -> tuple[Scenario, ...]:
    """Those that the rung can run: over SIP the queue is a real one, and its course cannot be prescribed."""
    able = tuple(one for one in asked.scenarios if name is not RungName.SIP or not one.script.waits)
    if len(able) < len(asked.scenarios):
        _progress(asked, f"{len(asked.scenarios) - len(able)} with 'waits' are left out: the queue is a real one here")
    return able


async def _pairs(rung: Rung, lower: Sequence[Result], upper: Sequence[Result], prompts: Asked) -> list[Pair]:
    """What is different is run again, alone: was it the load of the others?"""
    pairs = []
    for low, up in zip(lower, upper, strict=True):
        is_same = low.verdict == up.verdict
        again = None if is_same else await rung.run(up.scenario, prompts.get(up.scenario, ()))
        pairs.append(Pair(low, up, again))
    return pairs


@asynccontextmanager
async def _rung(
    name: RungName, settings: Settings, asked: _Asked, simulator: Simulator, library: Library
) -> AsyncIterator[tuple[Rung, int]]:
    """The rung, and how many scenarios may run on it at a time."""
    match name:
        case RungName.AUDIO:
            parts = (settings.speech, settings.endpointing, settings.synthesis)
            async with audio_rung(simulator, library, *parts, noise_db=asked.noise_db) as audio:
                yield audio, worker_count(settings.speech)
                _tell_espeak(audio.mouth)
        case RungName.SIP:
            from ari_app.simulate.sip import sip_rung  # telephones and Asterisk: only where they are asked for

            async with sip_rung(settings, simulator.dialplan, asked.calls) as sip:
                yield sip, asked.calls
                _tell_espeak(sip.mouth)
        case _:
            yield TextRung(simulator), 1


def _tell_espeak(mouth: Mouth) -> None:
    for words in sorted(mouth.espeak):
        typer.echo(f"“{words}” was {_ESPEAK}", err=True)


def _tell(asked: _Asked, result: Result) -> None:
    again = f" (said {result.repeated} times again)" if result.repeated else ""
    _progress(asked, f"{'ok    ' if result.is_passed else 'FAILED'} {result.scenario.script.name}{again}")
    if not result.is_passed:
        _progress(asked, f"       {result.why}\n       heard: {', '.join(result.prompts)}")
        for exchange in result.exchanges:
            _progress(asked, f"         {exchange.told()}")


def _progress(asked: _Asked, line: str) -> None:
    typer.echo(line, err=asked.as_json)


def _report(asked: _Asked, results: Results, parities: list[Parity]) -> None:
    rungs = [_rung_as_json(name, found) for name, found in results.items()]
    if asked.as_json:
        several = {"rungs": rungs, "parity": [parity.as_json() for parity in parities]}
        typer.echo(json.dumps(rungs[0] if len(rungs) == 1 else several, ensure_ascii=False, indent=2))
        return
    for told in rungs:
        typer.echo(f"{told['rung']}: {told['passed']} passed, {told['failed']} failed")
    for parity in parities:
        for line in parity.told():
            typer.echo(line)


def _rung_as_json(name: RungName, results: list[Result]) -> dict[str, Any]:
    failed = sum(not result.is_passed for result in results)
    return {
        "rung": name.value,
        "passed": len(results) - failed,
        "failed": failed,
        "results": [result.as_json() for result in results],
    }


def _scenarios(paths: tuple[Path, ...]) -> tuple[Scenario, ...]:
    try:
        found = load_scenarios(paths)
    except DialplanError as error:
        _refuse(str(error))
    return found or _refuse(f"no scenarios in {', '.join(map(str, paths))} — files end in .yaml")


def _call_by_keyboard(settings: Settings, number: str, dialled: str) -> None:
    terminal = Terminal(Console())
    simulator, _ = _simulator(settings)
    dialplan = simulator.dialplan
    with throwaway_store() as store:
        terminal.welcome()
        call = new_call(number, dialled, dialplan.entry(dialled).language, datetime.now(UTC))
        conversation = TextConversation(Wording(dialplan.prompts), terminal.show, terminal.read)
        terminal.tell(asyncio.run(simulator.take(call, conversation, lambda: datetime.now(UTC), store, _QUEUE)))


def _simulator(settings: Settings) -> tuple[Simulator, Library]:
    """The line's flow and knowledge."""
    try:
        dialplan, library = load_dialplan(settings.dialplan), load_library(settings.knowledge.in_force)
        typer.echo("Learning what callers say …", err=True)
        return Simulator(
            dialplan, fit_open_question(dialplan, library, settings.knowledge), SpokenLibrary(library)
        ), library
    except (DialplanError, KnowledgeError) as error:
        _refuse(str(error))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(_WRONG_USAGE)
