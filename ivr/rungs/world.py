"""What a scenario says of the world: who is in the directory, what is down, which tickets are open, all in a database;
and how the queue stands."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.desk import ExpectedWait
from ivr.scenario import KnownCaller, KnownOutage, KnownWait, OpenTicket, Script
from tickets.numbers import normalise
from tickets.outage import declaration
from tickets.people import Entry
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

_BY = "scenario"


@contextmanager
def world_of(script: Script) -> Iterator[Store]:
    """A database of its own for one call, with what `script` says of the world."""
    with throwaway_store() as store:
        enter_facts(store, script, TicketsSettings().region)
        yield store


@contextmanager
def throwaway_store() -> Iterator[Store]:
    """An empty database, which is gone afterwards."""
    with (
        TemporaryDirectory(prefix="hotline-simulate-") as folder,
        closing(open_store(TicketsSettings(f"sqlite:///{Path(folder) / 'hotline.db'}"))) as store,
    ):
        yield store


def enter_facts(store: Store, script: Script, region: str) -> tuple[int, ...]:
    """Write what `script` says of the world; numbers belong to `region`. The ids of its outages.

    Whoever was in the directory before has left.
    """
    before = script.at - timedelta(hours=1)
    store.people.import_rows(tuple(_entry(one, region) for one in script.people), before, everyone=True)
    for one in script.people:
        if one.pin is not None:
            store.people.set_pin(_person_id(store, one.employee_number), one.pin, before)
    for number, ticket in enumerate(script.tickets):
        _open(store, ticket, f"{script.name} {number}", script)
    for group, to in script.switched.groups.items():
        store.switches.switch_group(group, to, _BY, before)
    for announcement in script.switched.announcements:
        store.switches.switch_announcement(announcement, True, _BY, before)
    return tuple(_declare(store, outage, number, script) for number, outage in enumerate(script.outages, start=1))


def end_facts(store: Store, outages: tuple[int, ...], script: Script) -> None:
    """Nothing is down or switched any more, and nobody is known."""
    later = script.at + timedelta(hours=1)
    for outage in outages:
        store.outages.end(outage, later, _BY)
    for group in script.switched.groups:
        store.switches.switch_group(group, None, _BY, later)
    for announcement in script.switched.announcements:
        store.switches.switch_announcement(announcement, False, _BY, later)
    store.people.import_rows((), later, everyone=True)


def waits_of(script: Script) -> list[ExpectedWait]:
    """How it stands in the queue, each time that the caller is told; for one who need not wait a telephone rings."""
    return [_wait(wait) for wait in script.waits]


def _wait(known: KnownWait) -> ExpectedWait:
    low, high = (timedelta(minutes=one) for one in known.minutes)
    return ExpectedWait(known.position, low, high, is_ringing=not high)


def _entry(one: KnownCaller, region: str) -> Entry:
    return Entry(
        employee_number=one.employee_number,
        name=one.name,
        department=one.department,
        site=one.site,
        language=one.language,
        labels=frozenset(one.labels),
        mobile=normalise(one.mobile, region),
        email=one.email,
        numbers=frozenset(normalise(number, region) for number in one.numbers),
    )


def _person_id(store: Store, employee_number: str) -> int:
    person = store.people.of_employee_number(employee_number)
    assert person is not None  # noqa: S101 - `Script` has looked, and the import has just written him
    return person.id


def _open(store: Store, ticket: OpenTicket, call_id: str, script: Script) -> None:
    before = script.at - timedelta(minutes=30)
    number = store.tickets.open_for_call(call_id, "", "", script.dialled, script.language or "en", before).number
    store.tickets.identify(number, _person_id(store, ticket.employee_number), "employee_number", before)
    store.tickets.note_understanding(number, "", 1.0, ticket.category, before)
    store.tickets.finish_call(number, before, None)


def _declare(store: Store, outage: KnownOutage, number: int, script: Script) -> int:
    declared = declaration(
        f"{script.name[:60]} {number}", frozenset(outage.systems), frozenset(outage.sites), outage.notice
    )
    return store.outages.declare(declared, _BY, script.at - timedelta(minutes=10)).id
