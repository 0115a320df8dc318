"""The rows of users: found, read, and what must hold before one is changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tickets.accounts import User
from tickets.events import Json, Kind
from tickets.rights import Role
from tickets.store.errors import AgentTaken, LastAdmin, NameTaken, NameUnfit, UserNotFound
from tickets.store.tables import EventRow, UserRow

_LONGEST_NAME = 80


def new_user(name: str, hashed: str, role: Role, agent: str | None, at: datetime) -> UserRow:
    return UserRow(name=name, password_hash=hashed, role=role, agent=agent, must_change=True, created_at=at)


def canonical(name: str) -> str:
    return name.strip().casefold()


def require_fit(name: str) -> None:
    """It is a part of the address of his page."""
    if not 0 < len(name) <= _LONGEST_NAME or "/" in name or not name.isprintable():
        raise NameUnfit(name)


def require_new(session: Session, name: str) -> None:
    if session.scalar(select(UserRow.id).where(UserRow.name == name)) is not None:
        raise NameTaken(name)


def require_free(session: Session, agent: str | None, name: str) -> None:
    owner = session.scalar(select(UserRow.name).where(UserRow.agent == agent)) if agent else None
    if agent and owner not in (None, name):
        raise AgentTaken(agent, str(owner))


def require_other_admin(session: Session, row: UserRow) -> None:
    """So that there is always somebody who can let others in."""
    others = select(UserRow.id).where(UserRow.role == Role.ADMIN, UserRow.disabled_at.is_(None), UserRow.id != row.id)
    if row.role == Role.ADMIN and session.scalar(others) is None:
        raise LastAdmin(row.name)


def user_row(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == canonical(name)))
    if row is None:
        raise UserNotFound(canonical(name))
    return row


def user_of(row: UserRow) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        must_change=row.must_change,
        locked_until=row.locked_until,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        agent=row.agent,
        is_disabled=row.disabled_at is not None,
    )


def log_change(session: Session, row: UserRow, at: datetime, by: str, change: str, **told: Json) -> None:
    log_account(session, Kind.USER_CHANGED, at, user=row.name, change=change, by=by, **told)


def log_account(session: Session, kind: Kind, at: datetime, **data: Json) -> None:
    session.add(EventRow(at=at, kind=kind, call_id=None, ticket_id=None, data=data))
