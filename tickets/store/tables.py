"""The tables. Plain rows; what they mean is in `tickets.ticket` and `tickets.events`."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship

from tickets.events import Json


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Json]: JSON, list[Json]: JSON}  # noqa: RUF012


class PersonRow(Base):
    """An employee of the directory. One who left is kept, for his tickets, with `left_at`."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    department: Mapped[str | None] = mapped_column(String(80))
    site: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str | None] = mapped_column(String(10))
    labels: Mapped[list[Json]] = mapped_column(default=list)
    mobile: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_locked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    numbers: Mapped[list["PersonNumberRow"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class PersonNumberRow(Base):
    """A telephone of a person; a shared one belongs to several."""

    __tablename__ = "person_numbers"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class TicketRow(Base):
    __tablename__ = "tickets"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (a number is never given twice)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(150), unique=True)
    sip_call_id: Mapped[str] = mapped_column(String(255), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    caller: Mapped[str] = mapped_column(String(80), index=True)
    dialled: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    category: Mapped[str | None] = mapped_column(String(80), index=True)
    intent: Mapped[str | None] = mapped_column(String(150))
    confidence: Mapped[float | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    agent: Mapped[str | None] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    hangup_cause: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(index=True)
    person_name: Mapped[str | None] = column_property(
        select(PersonRow.name).where(PersonRow.id == person_id).correlate_except(PersonRow).scalar_subquery()
    )
    known_by: Mapped[str | None] = mapped_column(String(20))
    fields: Mapped[dict[str, Json]] = mapped_column(default=dict, server_default="{}")
    outage_id: Mapped[int | None] = mapped_column(index=True)
    mark: Mapped[int | None]
    dialplan: Mapped[str | None] = mapped_column(String(64))

    articles: Mapped[list["ArticleRow"]] = relationship(order_by="ArticleRow.id", lazy="selectin")
    recordings: Mapped[list["RecordingRow"]] = relationship(order_by="RecordingRow.id", lazy="selectin")


class TurnRow(Base):
    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("ticket_id", "at", "who", name="uq_turns_moment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    who: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    confidence: Mapped[float | None]
    hypotheses: Mapped[list[Json]]
    keys: Mapped[str] = mapped_column(String(64))


class ArticleRow(Base):
    __tablename__ = "tried_articles"
    __table_args__ = (UniqueConstraint("ticket_id", "article", name="uq_tried_articles_article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    article: Mapped[str] = mapped_column(String(150))
    helped: Mapped[bool | None]
    at: Mapped[datetime]


class RecordingRow(Base):
    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    path: Mapped[str] = mapped_column(String(255), unique=True)
    seconds: Mapped[float]
    kind: Mapped[str] = mapped_column(String(10))


class EventRow(Base):
    __tablename__ = "events"
    __table_args__ = (Index("ix_events_call_kind", "call_id", "kind"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(40))
    call_id: Mapped[str | None] = mapped_column(String(150))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    data: Mapped[dict[str, Json]]


class OutageRow(Base):
    """Something that is down. `ticket_id` is the parent ticket; no systems or no sites means all."""

    __tablename__ = "outages"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (as with tickets)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    systems: Mapped[list[Json]]
    sites: Mapped[list[Json]]
    texts: Mapped[dict[str, Json]]
    started_at: Mapped[datetime]
    expected_end: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    declared_by: Mapped[str] = mapped_column(String(80))
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))


class AgentRow(Base):
    """An agent of the floor as he was last: what a controller that comes back goes on with."""

    __tablename__ = "agents"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_logged_in: Mapped[bool]
    is_reachable: Mapped[bool]
    is_silent: Mapped[bool]
    pause: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    missed: Mapped[int]
    calls: Mapped[int]
    call_id: Mapped[str | None] = mapped_column(String(150))
    group: Mapped[str | None] = mapped_column(String(80))


class QueueEntryRow(Base):
    """Somebody who waits for an agent; `callback_id` where he does not hold the line."""

    __tablename__ = "queue_entries"

    call_id: Mapped[str] = mapped_column(String(150), primary_key=True)
    group: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
    priority: Mapped[int]
    skills: Mapped[dict[str, Json]]
    wants: Mapped[str | None] = mapped_column(String(80))
    level: Mapped[int]
    callback_id: Mapped[int | None]


class CallbackRow(Base):
    """Somebody who is to be called. `call_id` is the call in which he asked for it, `entered_at` his place."""

    __tablename__ = "callbacks"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (as with tickets)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    call_id: Mapped[str] = mapped_column(String(150))
    number: Mapped[str] = mapped_column(String(80), index=True)
    group: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    priority: Mapped[int]
    entered_at: Mapped[datetime]
    requested_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20), index=True)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]


class SwitchRow(Base):
    """What a supervisor has switched by hand: a group against its calendar, an announcement on. Switched back, the row
    is gone."""

    __tablename__ = "switches"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class UserRow(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    must_change: Mapped[bool]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(String(80), index=True, unique=True)
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    """Somebody who is logged in, or a program with a token. Only the hash of the secret is kept; `address` is where the
    login was made, `refused_from` the last other address from which it was tried."""

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    refused_from: Mapped[str | None] = mapped_column(String(64))
