"""The database of the service desk: `open_store` and what it opens."""

from dataclasses import dataclass

from tickets.settings import TicketsSettings
from tickets.store.accounts import AccountStore
from tickets.store.audit import AuditStore
from tickets.store.callbacks import CallbackStore
from tickets.store.database import Database
from tickets.store.errors import (
    AccountError,
    DatabaseUnavailable,
    EditConflict,
    OutageEnded,
    OutageNotFound,
    PersonNotFound,
    SchemaUnknown,
    StoreError,
    TicketNotFound,
    TransitionRefused,
)
from tickets.store.events import EventStore
from tickets.store.floor import FloorStore
from tickets.store.outages import OutageStore
from tickets.store.people import PeopleStore
from tickets.store.schema import upgrade
from tickets.store.search import Page
from tickets.store.switches import SwitchStore
from tickets.store.tickets import TicketStore

__all__ = [
    "AccountError",
    "AccountStore",
    "AuditStore",
    "CallbackStore",
    "DatabaseUnavailable",
    "EditConflict",
    "EventStore",
    "FloorStore",
    "OutageEnded",
    "OutageNotFound",
    "OutageStore",
    "Page",
    "PeopleStore",
    "PersonNotFound",
    "SchemaUnknown",
    "Store",
    "StoreError",
    "SwitchStore",
    "TicketNotFound",
    "TicketStore",
    "TransitionRefused",
    "open_store",
]


@dataclass(frozen=True, slots=True)
class Store:
    """The stores over one database. Thread-safe; close it at the end."""

    tickets: TicketStore
    events: EventStore
    audit: AuditStore
    accounts: AccountStore
    outages: OutageStore
    people: PeopleStore
    floor: FloorStore
    callbacks: CallbackStore
    switches: SwitchStore
    database: Database

    def close(self) -> None:
        self.database.close()


def open_store(settings: TicketsSettings) -> Store:
    """Open the database, which is created or upgraded first; several processes may do so at once.

    Raises:
        StoreError: it cannot be opened, or was written by a newer release.
    """
    database = Database(settings)
    upgrade(database)
    return Store(
        tickets=TicketStore(database, settings.region),
        events=EventStore(database),
        audit=AuditStore(database),
        accounts=AccountStore(database, settings),
        outages=OutageStore(database),
        people=PeopleStore(database, settings.region),
        floor=FloorStore(database),
        callbacks=CallbackStore(database, settings.region),
        switches=SwitchStore(database),
        database=database,
    )
