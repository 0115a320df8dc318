"""`hotline people` by itself."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tickets.people_cli import app
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

HEADER = "employee_number,name,department,site,language,labels,mobile,email,numbers\n"
ANNA = "10442,Anna Berg,,,en,vip,+49 151 12345678,anna@example.com,1044;030 901820\n"
BEN = "10443,Ben Adler,,,,,,,1044\n"
BAD = "x,Nobody,,,,,,,\n"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sections:
    """As much of the settings of `hotline` as these commands look at."""

    tickets: TicketsSettings


@pytest.fixture
def settings(tmp_path: Path) -> TicketsSettings:
    return TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", tmp_path, timezone="Europe/Berlin")


@pytest.fixture
def people(settings: TicketsSettings) -> Callable[..., Result]:
    return lambda *words, typed=None: CliRunner().invoke(app, list(words), input=typed, obj=Sections(settings))


@pytest.fixture
def store(settings: TicketsSettings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def write(*rows: str) -> str:
        path = tmp_path / "people.csv"
        path.write_text(HEADER + "".join(rows), encoding="utf-8")
        return str(path)

    return write


def test_import(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    first = people("import", file(ANNA, BEN))
    assert (first.exit_code, first.stdout) == (0, "2 added, 0 changed, 0 unchanged, 0 left; 0 rows skipped\n")
    assert [person.name for person in store.people.of_number("1044")] == ["Anna Berg", "Ben Adler"]
    second = people("import", file(ANNA), "--all")
    assert (second.exit_code, second.stdout) == (0, "0 added, 0 changed, 1 unchanged, 1 left; 0 rows skipped\n")


def test_bad_rows_are_left_out(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    people("import", file(ANNA, BEN))
    path = file(ANNA, BAD)
    result = people("import", path, "--all")
    assert result.exit_code == 1
    assert f"{path}:3: error: employee_number: 'x' is no employee number — callers say it" in result.stdout
    assert "0 added, 0 changed, 1 unchanged, 0 left; 1 row skipped" in result.stdout
    assert "nobody was marked as left" in result.stderr
    assert store.people.count() == 2


def test_strict_takes_all_or_nothing(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    refused = people("import", file(ANNA, BAD), "--strict")
    assert refused.exit_code == 1
    assert "nothing was imported" in refused.stdout
    assert store.people.is_empty()
    assert people("import", file(ANNA), "--strict").exit_code == 0


def test_import_as_json(people: Callable[..., Result], file: Callable[..., str]) -> None:
    told = json.loads(people("import", file(ANNA, BAD, BEN), "--json").stdout)
    (problem,) = told.pop("problems")
    assert (problem["line"], problem["column"], problem["severity"]) == (3, "employee_number", "error")
    assert told == {
        "ok": False, "imported": True, "added": 2, "changed": 0, "unchanged": 0, "left": 0, "skipped": 1,
    }  # fmt: skip


def test_files_that_cannot_be_read(people: Callable[..., Result], tmp_path: Path, file: Callable[..., str]) -> None:
    assert people("import", str(tmp_path / "none.csv")).exit_code == 2
    latin = tmp_path / "latin.csv"
    latin.write_bytes((HEADER + "1,Jürgen,,,,,,,\n").encode("latin-1"))
    result = people("import", str(latin))
    assert result.exit_code == 1
    assert "latin.csv:2: error: the file is not UTF-8" in result.stdout
    empty = people("import", file(), "--all", "--json")
    assert (empty.exit_code, json.loads(empty.stdout)["imported"]) == (1, False)


def test_list_and_show(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    people("import", file(ANNA, BEN))
    assert [one["name"] for one in json.loads(people("list", "--json").stdout)["people"]] == ["Anna Berg", "Ben Adler"]
    listed = people("list", "berg").stdout
    assert "Anna Berg" in listed
    assert "1 shown; 2 in the directory" in listed
    anna = json.loads(people("show", "10442", "--json").stdout)
    assert (anna["numbers"], anna["labels"], anna["has_pin"]) == (["+4930901820", "1044"], ["vip"], False)
    number = store.tickets.open_for_call("c", "s", "1044", "5000", "en", NOON).number
    store.tickets.identify(number, anna["id"], "number", NOON)
    shown = people("show", "10442").stdout
    for words in ("10442  Anna Berg", "telephones: 030 901820, 1044", "PIN: none", f"open tickets: {number}"):
        assert words in shown
    people("import", file(ANNA), "--all")
    assert "(left, " in people("show", "10443").stdout
    missing = people("show", "1")
    assert (missing.exit_code, "hotline people list" in missing.stderr) == (1, True)


def test_a_pin_is_typed_twice(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    people("import", file(ANNA))
    typed = people("pin", "10442", typed="83140\n83141\n83140\n83140\n")
    assert typed.exit_code == 0
    assert "83140" not in typed.stdout
    anna = store.people.search("anna")[0]
    assert store.people.check_pin(anna.id, "83140", NOON)
    weak = people("pin", "10442", typed="1234\n1234\n")
    assert (weak.exit_code, "count up or down" in weak.stderr) == (1, True)
    assert people("pin", "99").exit_code == 1


def test_a_pin_is_made_up(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    people("import", file(ANNA))
    pin = people("pin", "10442", "--generate").stdout.removeprefix("PIN of Anna Berg: ").strip()
    assert store.people.check_pin(store.people.search("anna")[0].id, pin, NOON)


def test_twelve_thousand_people(people: Callable[..., Result], file: Callable[..., str], store: Store) -> None:
    rows = [
        f"{number},Person {number},,,en,,+49151{number:08},p{number}@example.com,{number};+4930{number:07}\n"
        for number in range(10_000, 22_000)
    ]
    path, began = file(*rows), time.process_time()
    assert "12000 added" in people("import", path, "--all").stdout
    first, began = time.process_time() - began, time.process_time()
    assert "12000 unchanged" in people("import", path, "--all").stdout
    again = time.process_time() - began
    assert max(first, again) < 10, (first, again)  # of the processor: others may use the machine
    assert [person.name for person in store.people.of_number("030 0012345")] == ["Person 12345"]


@pytest.mark.parametrize("command", ["import", "list", "show", "pin"])
def test_every_help_has_an_example(people: Callable[..., Result], command: str) -> None:
    assert f"Example: hotline people {command}" in people(command, "--help").stdout
