"""`hotline people`: the directory."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from tickets.cli_context import Json, fail, now, open_for, settings_of
from tickets.machine_user import machine_user
from tickets.people import ImportCounts, Person
from tickets.people_cells import Known
from tickets.people_file import PeopleFile, PeopleFileError, Problem, read_people
from tickets.pins import WeakPin, generate_pin
from tickets.shapes import PeopleList, person_shape_of
from tickets.store import Store
from tickets.store.people import personal_numbers
from tickets.viewer.presentation import Labels, Presentation
from tickets.viewer.words import load_words

app = typer.Typer(no_args_is_help=True, help="Who may call: the directory.")

_SHOWN = 50

EmployeeNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="The employee number.")]


class ProblemShape(BaseModel):
    line: int
    column: str
    severity: str
    what: str
    remedy: str


class ImportShape(BaseModel):
    """`imported` is false when nothing was taken; `skipped` is how many rows were left out."""

    ok: bool
    imported: bool
    added: int
    changed: int
    unchanged: int
    left: int
    skipped: int
    problems: list[ProblemShape]


@app.command("import")
def import_people(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file, UTF-8.")],
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing when a row is bad.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="The file is complete: who is not in it has left.")] = False,
    json: Json = False,
) -> None:
    """Import people from a CSV file. Bad rows are reported and left out.

    Example: hotline people import people.csv --all
    """
    settings = settings_of(ctx)
    try:
        read = read_people(file.read_bytes(), settings.region, _known(ctx))
    except PeopleFileError as error:
        _report(file, PeopleFile((), error.problems), None, json)
        raise typer.Exit(1) from error
    counts = None
    if read.entries and not (strict and not read.is_complete):
        with open_for(settings) as store:
            counts = store.people.import_rows(read.entries, now(), everyone and read.is_complete, machine_user())
    _report(file, read, counts, json)
    if counts and everyone and not read.is_complete:
        typer.echo("nobody was marked as left, for not every row could be read", err=True)
    if counts is None or not read.is_complete:
        raise typer.Exit(1)


@app.command("list")
def list_people(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="Words to look for in names, numbers, sites.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    json: Json = False,
) -> None:
    """People by name, those who left too.

    Example: hotline people list berlin
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        people, count = store.people.search(text, limit), store.people.count()
    if json:
        shape = PeopleList(people=[person_shape_of(person) for person in people])
        typer.echo(shape.model_dump_json(indent=2))
        return
    present = Presentation(settings, Labels(), load_words("en"))
    table = Table("Number", "Name", "Department", "Site", "Telephones", "PIN", box=None, header_style="bold")
    for person in people:
        name = f"{person.name} (left)" if person.left_at else person.name
        pin = "set" if person.has_pin else ""
        department, site = person.department or "", person.site or ""
        table.add_row(person.employee_number, name, department, site, _telephones(person, present), pin)
    Console().print(table)
    typer.echo(f"{len(people)} shown; {count} in the directory")


@app.command("show")
def show_person(ctx: typer.Context, number: EmployeeNumber, json: Json = False) -> None:
    """One person, and the tickets of his that are open.

    Example: hotline people show 10442
    """
    settings = settings_of(ctx)
    with open_for(settings) as store:
        person = _person(store, number)
        tickets = store.tickets.open_of_person(person.id)
    if json:
        typer.echo(person_shape_of(person).model_dump_json(indent=2))
        return
    present = Presentation(settings, Labels(), load_words("en"))
    typer.echo(f"{person.employee_number}  {person.name}" + _since(person.left_at, present))
    facts = {
        "department": person.department,
        "site": person.site,
        "language": person.language,
        "labels": ", ".join(sorted(person.labels)),
        "telephones": _telephones(person, present),
        "mobile": person.mobile and present.number(person.mobile),
        "e-mail": person.email,
        "PIN": "set" if person.has_pin else "none",
        "open tickets": ", ".join(ticket.number for ticket in tickets),
    }
    for name, value in facts.items():
        if value:
            typer.echo(f"{name}: {value}")


@app.command("pin")
def set_pin(
    ctx: typer.Context,
    number: EmployeeNumber,
    generate: Annotated[bool, typer.Option("--generate", help="Make one up and print it, once.")] = False,
) -> None:
    """A new PIN for a person, with which he proves on the telephone who he is.

    Example: hotline people pin 10442 --generate
    """
    with open_for(settings_of(ctx)) as store:
        person = _person(store, number)
        if generate:
            pin = generate_pin(personal_numbers(person))
        else:
            pin = typer.prompt(f"PIN of {person.name}", hide_input=True, confirmation_prompt="Once more")
        try:
            store.people.set_pin(person.id, pin, now(), machine_user())
        except WeakPin as error:
            fail(str(error))
    typer.echo(f"PIN of {person.name}: {pin}" if generate else f"{person.name} has a new PIN")


def _known(ctx: typer.Context) -> Known:
    """What the dialplan calls its departments, sites and languages; nothing when it cannot be read."""
    folder = getattr(ctx.obj, "dialplan", None)
    try:
        menus = (load_dialplan(folder) if isinstance(folder, Path) else load_dialplan()).menus
    except DialplanError as error:
        typer.echo(f"hotline: names are not compared with the dialplan, for it has problems: {error}", err=True)
        return Known({})
    departments, sites, languages = (frozenset(names) for names in (menus.departments, menus.sites, menus.languages))
    return Known({"department": departments, "site": sites, "language": languages})


def _person(store: Store, number: str) -> Person:
    person = store.people.of_employee_number(number, or_left=True)
    if person is None:
        fail(f"nobody has the employee number {number}; look for a name with: hotline people list NAME")
    return person


def _report(file: Path, read: PeopleFile, counts: ImportCounts | None, json: bool) -> None:
    skipped = len({problem.line for problem in read.problems if problem.severity == "error"})
    done = counts or ImportCounts()
    if json:
        shape = ImportShape(
            ok=counts is not None and read.is_complete,
            imported=counts is not None,
            added=done.added,
            changed=done.changed,
            unchanged=done.unchanged,
            left=done.left,
            skipped=skipped,
            problems=[ProblemShape.model_validate(problem, from_attributes=True) for problem in read.problems],
        )
        typer.echo(shape.model_dump_json(indent=2))
        return
    for problem in read.problems[:_SHOWN]:
        typer.echo(_line(file, problem))
    if len(read.problems) > _SHOWN:
        typer.echo(f"… and {len(read.problems) - _SHOWN} more; --json has them all")
    if counts is None:
        typer.echo("nothing was imported")
        return
    typer.echo(
        f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged, {done.left} left; "
        f"{skipped} row{'s' * (skipped != 1)} skipped"
    )


def _line(file: Path, problem: Problem) -> str:
    column = f"{problem.column}: " if problem.column else ""
    return f"{file}:{problem.line}: {problem.severity}: {column}{problem.what} — {problem.remedy}"


def _telephones(person: Person, present: Presentation) -> str:
    return ", ".join(present.number(number) for number in sorted(person.numbers))


def _since(left_at: datetime | None, present: Presentation) -> str:
    return f" (left, {present.moment(left_at)})" if left_at else ""
