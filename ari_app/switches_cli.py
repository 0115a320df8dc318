"""`hotline groups` and `hotline announcements`: what is switched by hand."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ari_app.control.asking import asked
from ari_app.control.switches import AnnouncementShape, GroupSwitchShape, SwitchesShape

groups_app = typer.Typer(no_args_is_help=True, help="Open and close groups by hand. See docs/supervisors.md.")
announcements_app = typer.Typer(
    no_args_is_help=True, help="Announcements that every caller hears while they are on. See docs/supervisors.md."
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Group = Annotated[str, typer.Argument(metavar="GROUP", help="Its name in groups.yaml.")]
Announcement = Annotated[str, typer.Argument(metavar="NAME", help="One of `announcements` in menus.yaml.")]


@groups_app.command("list", epilog="Example: hotline groups list --json")
def list_groups(ctx: typer.Context, as_json: Json = False) -> None:
    """Which groups are open, and which of them by hand."""
    _tell_groups(_switches(ctx, "switches"), as_json)


@groups_app.command("open", epilog="Example: hotline groups open service-manager")
def open_group(ctx: typer.Context, group: Group, as_json: Json = False) -> None:
    """It takes callers whatever its calendar says, until it is switched back."""
    _tell_groups(_switches(ctx, "group.switch", group=group, to="open"), as_json)


@groups_app.command("close", epilog="Example: hotline groups close helpdesk")
def close_group(ctx: typer.Context, group: Group, as_json: Json = False) -> None:
    """It takes no further callers, until it is switched back; who waits already is answered."""
    _tell_groups(_switches(ctx, "group.switch", group=group, to="closed"), as_json)


@groups_app.command("calendar", epilog="Example: hotline groups calendar helpdesk")
def follow_calendar(ctx: typer.Context, group: Group, as_json: Json = False) -> None:
    """It goes by its calendar again."""
    _tell_groups(_switches(ctx, "group.switch", group=group, to="calendar"), as_json)


@announcements_app.command("list", epilog="Example: hotline announcements list")
def list_announcements(ctx: typer.Context, as_json: Json = False) -> None:
    """Which announcements there are, and which are on."""
    _tell_announcements(_switches(ctx, "switches"), as_json)


@announcements_app.command("on", epilog="Example: hotline announcements on heavy-load")
def switch_on(ctx: typer.Context, name: Announcement, as_json: Json = False) -> None:
    """Every caller hears it after the greeting."""
    _tell_announcements(_switches(ctx, "announcement.switch", name=name, on=True), as_json)


@announcements_app.command("off", epilog="Example: hotline announcements off heavy-load")
def switch_off(ctx: typer.Context, name: Announcement, as_json: Json = False) -> None:
    """No further caller hears it."""
    _tell_announcements(_switches(ctx, "announcement.switch", name=name, on=False), as_json)


def _switches(ctx: typer.Context, do: str, **fields: Any) -> SwitchesShape:
    return SwitchesShape.model_validate(asked(ctx, do, **fields))


def _tell_groups(switches: SwitchesShape, as_json: bool) -> None:
    rows = ((one.group, _standing(one), *_done(one)) for one in switches.groups)
    _tell(switches, as_json, ("Group", "Is", "By", "Since"), rows)


def _tell_announcements(switches: SwitchesShape, as_json: bool) -> None:
    rows = ((one.announcement, "on" if one.is_on else "off", *_done(one)) for one in switches.announcements)
    _tell(switches, as_json, ("Announcement", "Is", "By", "Since"), rows)


def _tell(switches: SwitchesShape, as_json: bool, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    if as_json:
        typer.echo(switches.model_dump_json(indent=2))
        return
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _standing(group: GroupSwitchShape) -> str:
    return f"{'open' if group.is_open else 'closed'} {'by hand' if group.switched else 'by its calendar'}"


def _done(one: GroupSwitchShape | AnnouncementShape) -> tuple[str, str]:
    return one.by or "", f"{one.at:%Y-%m-%d %H:%M} UTC" if one.at is not None else ""
