"""`hotline bench turns` and `hotline bench calls`: the line measured from outside, by telephone; `hotline bench queue`:
its decisions on simulated days; `hotline bench restart`: a line whose controller is killed; `hotline bench desks`: open
pages; `hotline bench pop`: the desk of an agent who is rung; `hotline bench hearing`: articles looked for by what a
recognizer made of spoken sentences."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import typer

from ari_app.bench.desks import Looking, desk_rows, measure_desks
from ari_app.bench.load import LoadError, place_calls
from ari_app.bench.pop import measure_pops, pop_rows
from ari_app.bench.queue import queue_rows
from ari_app.bench.report import Row, call_rows, turn_rows
from ari_app.bench.restart import measure_restart, restart_rows
from ari_app.bench.search_cli import search_bench
from ari_app.bench.shares import shares_of
from ari_app.bench.showing import AsJson, progress, settings_of, show
from ari_app.bench.turns import PROBLEM, YES, TurnsBench, Voices
from ari_app.line_errors import LineError, LineNotRunning
from ari_app.pbx.credentials import ARI_USER, load_credentials
from ari_app.pbx.errors import PbxError
from ari_app.phones.errors import PhoneError
from ari_app.phones.phone import Account, Phone
from ari_app.running_line import RunningLine, read_running_line
from ari_app.settings import Settings
from ari_app.up import line_up
from dialplan.problems import DialplanError
from ivr.speech.cli import bench_app as speech_bench
from ivr.speech.noises import noises
from ivr.speech.recognizer import RecognizerError
from ivr.speech.synthesis.caller_voice import caller_voice
from ivr.speech.synthesis.errors import SynthesisError
from knowledge.errors import KnowledgeError
from tickets.events import Kind
from tickets.store import Store, StoreError, open_store

_CALLER = "+493023125042"
_SETTLED_WITHIN_S = 10.0
_ASK_AGAIN_S = 0.2
_CLEARED_AWAY = ("channels", "bridges")
_FAILURES = (LineError, PbxError, PhoneError, LoadError, StoreError, SynthesisError, httpx.HTTPError)

app = typer.Typer(help="Measurements against a plain yardstick in the same run.", no_args_is_help=True)
app.add_typer(speech_bench)
app.add_typer(search_bench)


@app.command("turns", epilog="Example: hotline bench turns --trials 20")
def turns(
    ctx: typer.Context,
    trials: Annotated[int, typer.Option(help="Calls with a barge-in.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Barge-in and turn latency at the caller's ear, and false barge-ins on coughs, clicks and breaths.

    Uses the running line, or starts one. Ends with 1 when a limit is missed.
    """
    show("turns", as_json, _run(_turns(settings_of(ctx), trials)))


@app.command("calls", epilog="Example: hotline bench calls --count 50 --rate 5")
def calls(
    ctx: typer.Context,
    count: Annotated[int, typer.Option(help="How many calls.", min=1)] = 50,
    rate: Annotated[float, typer.Option(help="Calls a second.", min=0.1)] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Many calls at once that press keys through a menu to goodbye, placed by SIPp (needs root for the keys).

    Uses the running line, or starts one. Ends with 1 when a call or a ticket is missing.
    """
    show("calls", as_json, _run(_calls(settings_of(ctx), count, rate)))


@app.command("queue", epilog="Example: hotline bench queue --days 10")
def queue(
    days: Annotated[int, typer.Option(help="Simulated days at each of three loads.", min=1)] = 5,
    as_json: AsJson = False,
) -> None:
    """How honest the expected wait is, beside app_queue's hold time on the same simulated days, and how long it takes
    to decide who answers whom with 1,000 waiting callers and 200 agents.

    Needs no line. Ends with 1 when app_queue is nearer to the truth, or another limit is missed.
    """
    show("queue", as_json, queue_rows(days, progress))


@app.command("restart", epilog="Example: hotline bench restart")
def restart(ctx: typer.Context, as_json: AsJson = False) -> None:
    """How soon agents are rung again when the controller is killed with 30 callers waiting and 5 talking, beside the
    time that Python takes for importing the libraries on the same busy machine.

    Starts a line of its own beside yours. Ends with 1 when it takes longer than 3 s.
    """
    show("restart", as_json, _run(_restart(settings_of(ctx))))


@app.command("desks", epilog="Example: hotline bench desks --seconds 60")
def desks(
    ctx: typer.Context,
    desks: Annotated[int, typer.Option(help="Desks that are open.", min=1)] = 100,
    wallboards: Annotated[int, typer.Option(help="Wallboards that are open.", min=1)] = 20,
    calls: Annotated[float, typer.Option(help="Calls in a minute.", min=1)] = 20,
    seconds: Annotated[float, typer.Option(help="So long calls pass.", min=5)] = 60,
    as_json: AsJson = False,
) -> None:
    """How late open desks and wallboards hear of what happens on the floor, and what that costs the controller.

    Needs no line: queue, control socket, event log and web process are real, the telephones are not. Ends with 1 when a
    limit is missed.
    """
    looking = Looking(desks, wallboards, calls, seconds)
    show("desks", as_json, _run(_desks(settings_of(ctx), looking)))


@app.command("hearing", epilog="Example: hotline bench hearing --lang en --sentences 20")
def hearing(
    ctx: typer.Context,
    lang: Annotated[list[str] | None, typer.Option(help="Only this language; may be repeated.")] = None,
    sentences: Annotated[int, typer.Option(help="Sentences of each language.", min=1)] = 40,
    picture: Annotated[Path | None, typer.Option(help="Draw the curve into this file (SVG).")] = None,
    as_json: AsJson = False,
) -> None:
    """How many articles are found, the worse the caller is heard: sentences that were not learnt, three natural voices,
    five levels of noise, the line's own recognizer.

    Needs no line, but the extra "voices". Takes about half an hour on two cores.
    """
    from ari_app.bench.hearing import VOICES, curve, measure_hearing
    from ari_app.bench.hearing_report import hearing_rows
    from ari_app.bench.hearing_report import picture as drawn

    for language in lang or ():
        if language not in VOICES:
            raise typer.BadParameter(f"nobody speaks '{language}': one of {', '.join(VOICES)}")
    try:
        trials = asyncio.run(measure_hearing(settings_of(ctx), lang or list(VOICES), sentences, progress))
    except (DialplanError, KnowledgeError, RecognizerError, SynthesisError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if picture is not None:
        picture.write_text(drawn(curve(trials)), encoding="utf-8")
    show("hearing", as_json, hearing_rows(trials))


@app.command("pop", epilog="Example: hotline bench pop --offers 20")
def pop(
    ctx: typer.Context,
    offers: Annotated[int, typer.Option(help="How often a caller is offered to the agent.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """How long after the offer an agent sees on his desk who calls, in a real browser that is his telephone too.

    Starts a line of its own beside yours; needs Chromium and Playwright. Ends with 1 when a limit is missed.
    """
    show("pop", as_json, _run(_pops(settings_of(ctx), offers)))


async def _pops(settings: Settings, offers: int) -> list[Row]:
    with TemporaryDirectory(prefix="hotline-pop-") as folder:
        return pop_rows(await measure_pops(settings, Path(folder), offers, progress))


async def _desks(settings: Settings, looking: Looking) -> list[Row]:
    with TemporaryDirectory(prefix="hotline-desks-") as folder:
        return desk_rows(await measure_desks(settings, Path(folder), looking, progress))


async def _turns(settings: Settings, count: int) -> list[Row]:
    async with caller_voice(settings.synthesis) as caller:
        problem, yes = await caller.speak(PROBLEM, "en"), await caller.speak(YES, "en")
    async with _line(settings) as line:
        account = Account(_CALLER, line.trunk_address, f"{line.sip_host}:{line.sip_port}")
        async with Phone.running(account, _folder(settings)) as phone:
            bench = TurnsBench(phone, line.number, Voices(problem.audio, yes.audio), progress)
            reference = await bench.reference()
            trials = await bench.trials(reference, count)
            verdicts = await bench.disturb(reference, noises())
        for verdict in verdicts:
            if not verdict.went_on:
                progress(f"{verdict.noise}: {verdict.why}")
        answers = [answer for trial in trials for answer in trial.answers]
        with closing(open_store(settings.tickets)) as store:
            shares = await asyncio.to_thread(shares_of, store, answers, settings.endpointing.end_ms / 1000)
    return turn_rows(trials, shares, verdicts)


async def _calls(settings: Settings, count: int, rate: float) -> list[Row]:
    async with _line(settings) as line:
        with closing(open_store(settings.tickets)) as store:
            registrar = f"{line.sip_host}:{line.sip_port}"
            before = await asyncio.to_thread(store.events.last_id)
            load = await place_calls(registrar, line.trunk_address, line.number, count, rate, _folder(settings))
            tickets, solved = await asyncio.to_thread(_tickets_after, store, before, count)
        return call_rows(load, tickets, solved, await _left_in_asterisk(line))


async def _restart(settings: Settings) -> list[Row]:
    with TemporaryDirectory(prefix="hotline-bench-") as folder:
        return restart_rows(await measure_restart(settings, Path(folder), progress))


def _tickets_after(store: Store, before: int, expected: int) -> tuple[int, int]:
    """How many tickets since the event `before` are finished, and how many calls ended as solved; waits for the
    last ones."""
    deadline = time.monotonic() + _SETTLED_WITHIN_S
    while True:
        events = store.events.after(before, limit=1000 * expected)
        finished = len({event.ticket for event in events if event.kind == Kind.CALL_FINISHED})
        if finished >= expected or time.monotonic() > deadline:
            decided = [event for event in events if event.kind == Kind.DECIDED]
            return finished, sum(event.data["decision"] == "solved" for event in decided)
        time.sleep(_ASK_AGAIN_S)


async def _left_in_asterisk(line: RunningLine) -> dict[str, int]:
    """How many channels and bridges are still there once the calls are over and had time to be cleared away."""
    password = load_credentials(Path(line.asterisk_folder)).ari_password
    deadline = time.monotonic() + _SETTLED_WITHIN_S
    async with httpx.AsyncClient(base_url=line.ari_url, auth=(ARI_USER, password)) as client:
        while True:
            left = {kind: len((await client.get(f"/{kind}")).raise_for_status().json()) for kind in _CLEARED_AWAY}
            if not any(left.values()) or time.monotonic() > deadline:
                return left
            await asyncio.sleep(_ASK_AGAIN_S)


@asynccontextmanager
async def _line(settings: Settings) -> AsyncIterator[RunningLine]:
    """The line that runs, or one of our own for as long as this lasts."""
    try:
        line = read_running_line(settings.run_dir)
    except LineNotRunning:
        async with line_up(settings, progress) as own:
            yield own
    else:
        yield line


def _folder(settings: Settings) -> Path:
    return settings.state_dir / "bench" / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")


def _run(bench: Coroutine[None, None, list[Row]]) -> list[Row]:
    try:
        return asyncio.run(bench)
    except _FAILURES as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
