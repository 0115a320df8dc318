"""The switches of supervisors in the database. Each method is one transaction, and writes its event in it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from tickets.events import Json, Kind
from tickets.store.database import Database
from tickets.store.tables import EventRow, SwitchRow
from tickets.switches import GroupSwitch, Switched, Switches

_GROUP, _ANNOUNCEMENT = "group", "announcement"
_ON = "on"


class SwitchStore:
    """Every method raises `DatabaseUnavailable` when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> Switches:
        with self._database.reading() as session:
            rows = session.scalars(select(SwitchRow).order_by(SwitchRow.name)).all()
            kinds: dict[str, dict[str, Switched]] = {_GROUP: {}, _ANNOUNCEMENT: {}}
            for row in rows:
                kinds[row.kind][row.name] = Switched(row.value, row.by, row.at)
            return Switches(kinds[_GROUP], kinds[_ANNOUNCEMENT])

    def switch_group(self, name: str, to: GroupSwitch | None, by: str, at: datetime) -> Switches:
        """None: by its calendar again. Returns what is switched then."""
        self._switch(_GROUP, name, to, by, at, Kind.GROUP_SWITCHED, {"group": name, "to": to or "calendar", "by": by})
        return self.load()

    def switch_announcement(self, name: str, on: bool, by: str, at: datetime) -> Switches:
        """Returns what is switched then."""
        told: dict[str, Json] = {"announcement": name, "on": on, "by": by}
        self._switch(_ANNOUNCEMENT, name, _ON if on else None, by, at, Kind.ANNOUNCEMENT_SWITCHED, told)
        return self.load()

    def _switch(
        self, kind: str, name: str, value: str | None, by: str, at: datetime, event: Kind, told: Mapping[str, Json]
    ) -> None:
        with self._database.writing() as session:
            if value is None:
                session.execute(delete(SwitchRow).where(SwitchRow.kind == kind, SwitchRow.name == name))
            else:
                session.merge(SwitchRow(kind=kind, name=name, value=value, by=by, at=at))
            session.add(EventRow(at=at, kind=event, data=dict(told)))
