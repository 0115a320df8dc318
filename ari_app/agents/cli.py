"""`hotline agents`: what agents are at, and the changes of it."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ari_app.control.asking import asked, fail
from ari_app.control.client import RINGS_WITHIN_S
from ari_app.control.shapes import AgentShape, CallerShape, FloorShape

app = typer.Typer(
    no_args_is_help=True, help="Agents: who is there, who takes calls, who waits. See docs/supervisors.md."
)
call_app = typer.Typer(no_args_is_help=True, help="What an agent does with the caller whom he has.")
app.add_typer(call_app, name="call")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Name = Annotated[str, typer.Argument(metavar="AGENT", help="The name of his telephone, as in groups.yaml.")]
Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="agent:NAME, group:NAME, tier:GROUP/2, number:+49…, supplier:NAME.")
]
_SHOWN = {"logged_out": "logged out", "wrap_up": "wrap-up"}


@app.command("list", epilog="Example: hotline agents list --json")
def list_agents(ctx: typer.Context, as_json: Json = False) -> None:
    """All agents, and who waits."""
    floor = FloorShape.model_validate(asked(ctx, "floor"))
    if as_json:
        typer.echo(floor.model_dump_json(indent=2))
        return
    table = Table("Agent", "Name", "State", "Since", "Left", "Calls", "Groups", box=None, header_style="bold")
    for agent in floor.agents:
        since = _duration((floor.at - agent.since).total_seconds()) if agent.since is not None else ""
        left = _duration(agent.left_s) if agent.left_s is not None else ""
        table.add_row(agent.agent, agent.name, _state(agent), since, left, str(agent.calls), ", ".join(agent.groups))
    Console().print(table)
    for group in floor.groups:
        longest = f", the longest for {_duration(group.longest_wait_s)}" if group.longest_wait_s is not None else ""
        staffed = "" if group.is_staffed else " (nobody is there)"
        typer.echo(f"{group.group}: {group.waiting} waiting{longest}{staffed}")
    for caller in floor.callers:
        typer.echo(f"  {_waits(caller)}")


@app.command("log-in", epilog="Example: hotline agents log-in agent1")
def log_in(ctx: typer.Context, agent: Name, as_json: Json = False) -> None:
    """He comes to work; calls come to him once his telephone is registered."""
    _change(ctx, "agent.log_in", as_json, agent=agent)


@app.command("log-out", epilog="Example: hotline agents log-out agent1")
def log_out(ctx: typer.Context, agent: Name, as_json: Json = False) -> None:
    """No further call comes to him; one that he has goes on."""
    _change(ctx, "agent.log_out", as_json, agent=agent)


@app.command("pause", epilog="Example: hotline agents pause agent1 lunch")
def pause(
    ctx: typer.Context,
    agent: Name,
    reason: Annotated[str | None, typer.Argument(help="One of `pauses` in groups.yaml; the first of them.")] = None,
    as_json: Json = False,
) -> None:
    """No further call comes to him until he is ready; a call that he has goes on, and its wrap-up too."""
    _change(ctx, "agent.pause", as_json, agent=agent, reason=reason)


@app.command("ready", epilog="Example: hotline agents ready agent1")
def ready(ctx: typer.Context, agent: Name, as_json: Json = False) -> None:
    """He takes calls: this ends a pause, and a wrap-up too."""
    _change(ctx, "agent.ready", as_json, agent=agent)


@call_app.command("dial", epilog="Example: hotline agents call dial agent1 --ticket 100042")
def dial(
    ctx: typer.Context,
    agent: Name,
    number: Annotated[str | None, typer.Option(help="Whom to call; the caller of the ticket.")] = None,
    ticket: Annotated[str | None, typer.Option(help="What it is about; a new one is opened.")] = None,
) -> None:
    """Call somebody: the agent's own telephone rings first."""
    if number is None and ticket is None:
        fail("whom? Give --number or --ticket", 2)
    asked(ctx, "call.dial", agent=agent, number=number, ticket=ticket)


@call_app.command("hold", epilog="Example: hotline agents call hold agent1")
def hold(ctx: typer.Context, agent: Name) -> None:
    """The caller hears music."""
    asked(ctx, "call.hold", agent=agent)


@call_app.command("unhold", epilog="Example: hotline agents call unhold agent1")
def unhold(ctx: typer.Context, agent: Name) -> None:
    """Back to the caller."""
    asked(ctx, "call.unhold", agent=agent)


@call_app.command("transfer", epilog="Example: hotline agents call transfer agent1 tier:helpdesk/2")
def transfer(ctx: typer.Context, agent: Name, target: Target) -> None:
    """Cold: the agent leaves, the caller goes to the target."""
    asked(ctx, "call.transfer", agent=agent, target=target)


@call_app.command("consult", epilog="Example: hotline agents call consult agent1 agent:agent2")
def consult(ctx: typer.Context, agent: Name, target: Target) -> None:
    """Talk with the target while the caller hears music; then complete, conference or cancel."""
    asked(ctx, "call.consult", RINGS_WITHIN_S, agent=agent, target=target)


@call_app.command("complete", epilog="Example: hotline agents call complete agent1")
def complete(ctx: typer.Context, agent: Name) -> None:
    """Warm: the agent leaves, the caller talks with whom he consulted."""
    asked(ctx, "call.complete", agent=agent)


@call_app.command("cancel", epilog="Example: hotline agents call cancel agent1")
def cancel(ctx: typer.Context, agent: Name) -> None:
    """Back to the caller, without the one who was consulted."""
    asked(ctx, "call.cancel", agent=agent)


@call_app.command("conference", epilog="Example: hotline agents call conference agent1")
def conference(ctx: typer.Context, agent: Name) -> None:
    """All talk with each other."""
    asked(ctx, "call.conference", agent=agent)


@call_app.command("return-to-queue", epilog='Example: hotline agents call return-to-queue agent1 "needs SAP"')
def return_to_queue(ctx: typer.Context, agent: Name, reason: str) -> None:
    """The caller waits again, in the place that he had; the next agent is told the reason."""
    asked(ctx, "call.return_to_queue", agent=agent, reason=reason)


@call_app.command("hang-up", epilog="Example: hotline agents call hang-up agent1")
def hang_up(ctx: typer.Context, agent: Name) -> None:
    """The agent's part ends as if he had put down his telephone."""
    asked(ctx, "call.hang_up", agent=agent)


@call_app.command("pause-recording", epilog="Example: hotline agents call pause-recording agent1")
def pause_recording(ctx: typer.Context, agent: Name) -> None:
    """What is said now is not recorded."""
    asked(ctx, "call.pause_recording", agent=agent)


@call_app.command("resume-recording", epilog="Example: hotline agents call resume-recording agent1")
def resume_recording(ctx: typer.Context, agent: Name) -> None:
    """What is said is recorded again."""
    asked(ctx, "call.resume_recording", agent=agent)


def _change(ctx: typer.Context, do: str, as_json: bool, **fields: Any) -> None:
    agent = AgentShape.model_validate(asked(ctx, do, **fields))
    typer.echo(agent.model_dump_json(indent=2) if as_json else f"{agent.agent}: {_state(agent)}")


def _state(agent: AgentShape) -> str:
    state = _SHOWN.get(agent.state, agent.state)
    if agent.pause is not None:
        state = f"paused: {agent.pause}" if agent.state == "paused" else f"{state}, then paused: {agent.pause}"
    return f"{state} (is not heard)" if agent.is_silent else state


def _waits(caller: CallerShape) -> str:
    priority = f", priority {caller.priority}" if caller.priority else ""
    rings = f", rings at {caller.offered_to}" if caller.offered_to else ""
    kind = "call back" if caller.callback is not None else "caller"
    return f"{kind} {caller.call_id} has waited {_duration(caller.wait_s)} for {caller.group}{priority}{rings}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
