"""`hotline groups` and `hotline announcements` over the control socket of a real queue; what follows tells of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from controller import FloorOnly, floor_only
from typer.testing import CliRunner

from ari_app.control.commands import Commands
from ari_app.control.switches import switch_commands
from ari_app.distributor import Distributor
from ari_app.settings import Settings, load_settings
from ari_app.switchboard import Switchboard
from ari_app.switches_cli import announcements_app, groups_app
from dialplan.loader import Dialplan, load_dialplan
from tickets.events import Kind
from tickets.store import Store, open_store
from tickets.switches import Switches

Hotline = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"HOTLINE_STATE": str(tmp_path)})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.tickets)
    yield store
    store.close()


@pytest.fixture(scope="module")
def dialplan() -> Dialplan:
    return load_dialplan()


@pytest.fixture
def controller(settings: Settings, store: Store, dialplan: Dialplan) -> Iterator[FloorOnly]:
    def switching(distributor: Distributor) -> Commands:
        return switch_commands(Switchboard(store.switches, distributor.now), lambda: dialplan, distributor.now)

    with floor_only(settings.control_socket, switching) as running:
        yield running


@pytest.fixture
def hotline(settings: Settings) -> Hotline:
    apps = {"groups": groups_app, "announcements": announcements_app}
    return lambda name, *words: CliRunner().invoke(apps[name], list(words), obj=settings, env={"COLUMNS": "120"})


# P-5
def test_a_group_is_closed_by_hand_and_goes_by_its_calendar_again(
    controller: FloorOnly, hotline: Hotline, store: Store
) -> None:
    assert "helpdesk" in hotline("groups", "close", "helpdesk").stdout
    (row,) = (row for row in hotline("groups", "list").stdout.splitlines() if "helpdesk" in row)
    assert "closed by hand" in row
    assert "command " in row
    told = json.loads(hotline("groups", "calendar", "helpdesk", "--json").stdout)["groups"][0]
    assert (told["is_open"], told["switched"], told["by"]) == (True, None, None)
    events = list(store.events.since(None, [Kind.GROUP_SWITCHED]))
    assert [(event.data["group"], event.data["to"]) for event in events] == [
        ("helpdesk", "closed"),
        ("helpdesk", "calendar"),
    ]
    assert store.switches.load() == Switches()


# P-5
def test_an_announcement_is_switched_on_and_off(controller: FloorOnly, hotline: Hotline) -> None:
    assert json.loads(hotline("announcements", "on", "heavy-load", "--json").stdout)["announcements"][0]["is_on"]
    assert [row.split()[:2] for row in hotline("announcements", "list").stdout.splitlines()[1:]] == [
        ["heavy-load", "on"],
        ["staff-meeting", "off"],
    ]
    assert "on" not in hotline("announcements", "off", "heavy-load").stdout.split()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("groups", "close", "helpdesc"), 2, "did you mean 'helpdesk'?"),
        (("announcements", "on", "heavy"), 2, "there is no announcement 'heavy'"),
    ],
)
def test_what_there_is_not_is_not_switched(
    controller: FloorOnly, hotline: Hotline, words: tuple[str, ...], code: int, told: str
) -> None:
    result = hotline(*words)
    assert result.exit_code == code
    assert told in result.stderr


def test_without_a_line_it_says_so(hotline: Hotline) -> None:
    result = hotline("groups", "list")
    assert result.exit_code == 1
    assert "is `hotline up` running?" in result.stderr
