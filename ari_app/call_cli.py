"""`hotline call`: a real SIP call to the running line."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand

from ari_app.finished_ticket import finished_ticket
from ari_app.line_errors import LineError
from ari_app.phones.caller import Item, Keys, Manners, Silence, Speech, Step
from ari_app.phones.errors import PhoneError
from ari_app.phones.hangup import cause_name
from ari_app.phones.phone import Account
from ari_app.phones.placing import PlacedCall, place_call
from ari_app.running_line import read_running_line
from ari_app.settings import Settings
from ivr.speech.audio import AudioError, read_recording, to_telephone
from ivr.speech.synthesis.caller_voice import CallerVoice, caller_voice
from ivr.speech.synthesis.errors import SynthesisError
from tickets.store import StoreError, open_store
from tickets.ticket import Ticket, Turn

_KEYS = frozenset("0123456789*#ABCD")
_ITEMS = ("say", "wav", "keys", "silence")
_BETTER_VOICE = "pip install 'hotline[voices]' gives a natural voice"
_ORDER = "order of the items"

app = typer.Typer()


class ItemsInOrder(TyperCommand):
    """A command that keeps the order in which different options were given: it is the order of the turns."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [option.name for option in given if option.name in _ITEMS]
        return super().parse_args(ctx, args)


def given_in_order(ctx: typer.Context) -> list[tuple[str, Any]]:
    """The items of an `ItemsInOrder` command: name of the option and its value, as they stood on the command line."""
    values = {name: iter(ctx.params[name] or ()) for name in _ITEMS}
    return [(name, next(values[name])) for name in ctx.meta[_ORDER]]


@app.command("call", cls=ItemsInOrder, epilog='Example: hotline call --say "my account is locked" --say yes')
def call(
    ctx: typer.Context,
    say: Annotated[list[str] | None, typer.Option(help="Speak this text.", metavar="TEXT")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="Speak this recording.", metavar="FILE")] = None,
    keys: Annotated[list[str] | None, typer.Option(help="Press these keys.", metavar="12#")] = None,
    silence: Annotated[list[float] | None, typer.Option(help="Say nothing for so long.", metavar="SEC", min=0)] = None,
    number: Annotated[str, typer.Option("--from", help="The caller's number.")] = "+493023125042",
    to: Annotated[str, typer.Option(help="The number to call; the dialplan's first.")] = "",
    language: Annotated[str, typer.Option("--lang", help="The language of the texts.")] = "en",
    stay: Annotated[
        float | None, typer.Option(help="Stay so long after the last item; else music is left after 20 s.", min=0)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Call the running line: each item is spoken when it is the caller's turn, what is heard is recorded."""
    settings = ctx.obj if isinstance(ctx.obj, Settings) else Settings()
    console = Console(stderr=as_json, highlight=False)
    manners = Manners() if stay is None else Manners(stay_s=stay, music_s=stay)
    try:
        line = read_running_line(settings.run_dir)
        items = asyncio.run(_items(given_in_order(ctx), settings, language))
        account = Account(user=number, address=line.trunk_address, registrar=f"{line.sip_host}:{line.sip_port}")
        placed = asyncio.run(
            place_call(account, to or line.number, items, _folder(settings), partial(_tell, console), manners)
        )
        report = _report(placed, _finished_ticket(settings, placed.sip_call_id))
    except (LineError, PhoneError, StoreError, SynthesisError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print_report(report, console)


def _folder(settings: Settings) -> Path:
    return settings.state_dir / "calls" / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")


def _tell(console: Console, step: Step) -> None:
    console.print(f"[dim]{step.at_s:7.1f} s[/dim]  [bold]{step.who:>6}[/bold]  {escape(step.what)}")


async def _items(given: Sequence[tuple[str, Any]], settings: Settings, language: str) -> list[Item]:
    async with caller_voice(settings.synthesis) as voice:
        return [await _item(name, value, voice, language) for name, value in given]


async def _item(name: str, value: Any, voice: CallerVoice, language: str) -> Item:
    match name:
        case "say":
            speech = await voice.speak(value, language)
            if speech.source == "espeak-ng":
                typer.echo(f"“{value}” is spoken by espeak-ng, which is hard to understand: {_BETTER_VOICE}", err=True)
            return Speech(value, speech.audio)
        case "wav":
            return Speech(value.name, _recording(value))
        case "keys":
            if not value or set(value.upper()) - _KEYS:
                raise typer.BadParameter(f"'{value}': keys are 0-9, *, #, A-D", param_hint="--keys")
            return Keys(value.upper())
    return Silence(value)


def _recording(path: Path) -> bytes:
    try:
        return to_telephone(read_recording(path))
    except (AudioError, OSError) as error:
        raise typer.BadParameter(f"{path}: {error}", param_hint="--wav") from None


def _finished_ticket(settings: Settings, sip_call_id: str) -> tuple[Ticket, list[Turn]] | None:
    """The call's ticket with its transcript."""
    with closing(open_store(settings.tickets)) as store:
        ticket = asyncio.run(finished_ticket(store, sip_call_id))
        return (ticket, store.tickets.transcript(ticket.number)) if ticket else None


def _report(placed: PlacedCall, found: tuple[Ticket, list[Turn]] | None) -> dict[str, Any]:
    return {
        "call_id": placed.sip_call_id,
        "answered_s": placed.answered_s,
        "duration_s": placed.duration_s,
        "heard_wav": str(placed.heard_wav),
        "sent_wav": str(placed.sent_wav),
        "ticket": _ticket_json(*found) if found else None,
        "hangup_cause": placed.hangup_cause,
    }


def _ticket_json(ticket: Ticket, turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": ticket.status.value,
        "category": ticket.category,
        "intent": ticket.intent,
        "outcome": ticket.outcome,
        "articles": [{"article": tried.article, "helped": tried.helped} for tried in ticket.articles],
        "transcript": [
            {"who": turn.who, "text": turn.text, "keys": turn.keys, "confidence": turn.confidence} for turn in turns
        ],
    }


def _print_report(report: dict[str, Any], console: Console) -> None:
    cause = f"{report['hangup_cause']}, {cause_name(report['hangup_cause'])}"
    console.print(f"\nanswered in {report['answered_s']:.2f} s, over after {report['duration_s']:.1f} s ({cause})")
    ticket = report["ticket"]
    if ticket is None:
        console.print("no ticket was found for this call")
    else:
        console.print(f"ticket {ticket['number']}: {ticket['status']}, category {ticket['category'] or 'unknown'}")
        for turn in ticket["transcript"]:
            words = turn["text"] or f"keys {turn['keys']}"
            console.print(f"  [bold]{turn['who']:>6}[/bold]  {escape(words)}")
    console.print(f"heard: {report['heard_wav']}", soft_wrap=True)
