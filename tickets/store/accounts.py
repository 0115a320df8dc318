"""Users, logins and tokens in the database."""

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tickets.accounts import PasswordHashes, Refusal, User, WeakPassword, check_new_password, one_time_password
from tickets.events import Json, Kind
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store.database import Database
from tickets.store.errors import AccountError
from tickets.store.tables import EventRow, SessionRow, UserRow

COMMAND_LINE = "the command line"
"""Who changes users where nobody is logged in: whoever may read the database."""


class AccountStore:
    """Every method raises `AccountError` for an unknown user and `DatabaseUnavailable` when the database is away."""

    def __init__(self, database: Database, settings: TicketsSettings) -> None:
        self._database = database
        self._settings = settings
        self._hashes = PasswordHashes()

    def first_admin(self, at: datetime) -> str | None:
        """When there is nobody yet: make `admin`, and return the one-time password, which is not kept anywhere."""
        password = one_time_password()
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            if session.scalar(select(func.count()).select_from(UserRow)):
                return None
            session.add(_new_user("admin", hashed, Role.ADMIN, None, at))
            _log(session, Kind.USER_CHANGED, at, {"user": "admin", "change": "added", "by": "the line"})
        return password

    def add(self, name: str, role: Role, at: datetime, by: str = COMMAND_LINE, agent: str | None = None) -> str:
        """A new user, and the agent account that is his; returns the one-time password. `by` is who does it.

        Raises:
            AccountError: the name is taken or empty, or the agent account is somebody else's.
        """
        wanted = _canonical(name)
        if not wanted or len(wanted) > 80:
            raise AccountError("a user needs a name of 1 to 80 characters")
        password = one_time_password()
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            if session.scalar(select(UserRow).where(UserRow.name == wanted)):
                raise AccountError(f"there is a user {wanted} already")
            _require_free(session, agent, wanted)
            session.add(_new_user(wanted, hashed, role, agent, at))
            _log(session, Kind.USER_CHANGED, at, {"user": wanted, "change": f"added as {role}", "by": by})
        return password

    def assign(self, name: str, role: Role, agent: str | None, at: datetime, by: str = COMMAND_LINE) -> None:
        """Another role or agent account. The last admin stays one.

        Raises:
            AccountError: there would be no admin any more, or the agent account is somebody else's.
        """
        with self._database.writing() as session:
            row = _user(session, name)
            if role is not Role.ADMIN:
                _require_other_admin(session, row)
            _require_free(session, agent, row.name)
            row.role, row.agent = role, agent
            told = f"{role}, agent account {agent}" if agent else f"{role}, no agent account"
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": told, "by": by})

    def disable(self, name: str, at: datetime, by: str = COMMAND_LINE) -> None:
        """He cannot log in any more, and is logged out everywhere; tokens end too, and his agent account is free.

        Raises:
            AccountError: he is the last admin.
        """
        with self._database.writing() as session:
            row = _user(session, name)
            _require_other_admin(session, row)
            row.disabled_at, row.agent = at, None
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": "disabled", "by": by})

    def enable(self, name: str, at: datetime, by: str = COMMAND_LINE) -> None:
        """He may log in again, as before."""
        with self._database.writing() as session:
            row = _user(session, name)
            row.disabled_at = None
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": "enabled", "by": by})

    def reset_password(self, name: str, at: datetime, by: str = COMMAND_LINE) -> str:
        """A new one-time password; whoever is logged in as this user is logged out."""
        password = one_time_password()
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            row = _user(session, name)
            row.password_hash, row.must_change, row.failures, row.locked_until = hashed, True, 0, None
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": "password reset", "by": by})
        return password

    def change_password(self, name: str, password: str, at: datetime) -> None:
        """The user chose a new password; all logins of this user end.

        Raises:
            WeakPassword: it is too easy, or the one that was to be replaced.
        """
        check_new_password(password, _canonical(name))
        with self._database.reading() as session:
            old = _user(session, name).password_hash
        if self._hashes.matches(old, password):
            raise WeakPassword("Please choose a password that is not the old one.")
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            row = _user(session, name)
            row.password_hash, row.must_change = hashed, False
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id, SessionRow.kind == "web"))
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": "password changed", "by": row.name})

    def unlock(self, name: str, at: datetime, by: str = COMMAND_LINE) -> None:
        with self._database.writing() as session:
            row = _user(session, name)
            row.failures, row.locked_until = 0, None
            _log(session, Kind.USER_CHANGED, at, {"user": row.name, "change": "unlocked", "by": by})

    def users(self) -> list[User]:
        with self._database.reading() as session:
            return [_value(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def log_in(self, name: str, password: str, at: datetime) -> User | Refusal:
        """Check a password. After several failures in a row the user is locked for a while, right password or not."""
        with self._database.reading() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == _canonical(name)))
            stored = row.password_hash if row else None
        right = self._hashes.matches(stored, password)  # slow on purpose, so outside the transaction
        with self._database.writing() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == _canonical(name)))
            if row is None:
                _log(session, Kind.LOGIN_FAILED, at, {"user": None, "locked": False})
                return Refusal.WRONG
            if row.locked_until and row.locked_until > at:
                return Refusal.LOCKED
            if not right or row.password_hash != stored or row.disabled_at is not None:
                return self._failed(session, row, at)
            row.failures, row.locked_until, row.last_login_at = 0, None, at
            _log(session, Kind.LOGGED_IN, at, {"user": row.name})
            return _value(row)

    def start_session(self, name: str, kind: Literal["web", "api"], at: datetime, address: str = "") -> str:
        """A new secret that stands for the user; only its hash is kept. One of kind `api` does not expire, and works
        from everywhere; `address` is where a browser logs in."""
        secret = secrets.token_urlsafe(32)
        expires = at + self._settings.session_lifetime if kind == "web" else None
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at < at))
            row = SessionRow(secret_hash=_hash(secret), user_id=_user(session, name).id, kind=kind, created_at=at)
            row.expires_at, row.address = expires, address
            session.add(row)
        return secret

    def of_session(self, secret: str, kind: Literal["web", "api"], at: datetime, address: str = "") -> User | None:
        """Whose it is. A browser's login counts at the address alone where it was made: from another one it is refused,
        which is told once for each, and goes on where it belongs."""
        with self._database.reading() as session:
            found = session.execute(
                select(UserRow, SessionRow)
                .join(SessionRow, SessionRow.user_id == UserRow.id)
                .where(SessionRow.secret_hash == _hash(secret), SessionRow.kind == kind)
            ).first()
            if found is None or found.UserRow.disabled_at is not None:
                return None
            login: SessionRow = found.SessionRow
            if login.expires_at is not None and login.expires_at <= at:
                return None
            is_elsewhere = kind == "web" and self._settings.session_bound_to_address and login.address != address
            user, is_told = _value(found.UserRow), login.refused_from == address
        if not is_elsewhere:
            return user
        if not is_told:
            self._refused(_hash(secret), user.name, address, at)
        return None

    def end_session(self, secret: str) -> None:
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.secret_hash == _hash(secret)))

    def _refused(self, secret_hash: str, name: str, address: str, at: datetime) -> None:
        with self._database.writing() as session:
            session.execute(
                update(SessionRow).where(SessionRow.secret_hash == secret_hash).values(refused_from=address)
            )
            _log(session, Kind.LOGIN_REFUSED, at, {"user": name, "address": address})

    def _failed(self, session: Session, row: UserRow, at: datetime) -> Refusal:
        row.failures += 1
        locked = row.failures >= self._settings.login_attempts
        if locked:
            row.locked_until, row.failures = at + self._settings.login_lock, 0
        _log(session, Kind.LOGIN_FAILED, at, {"user": row.name, "locked": locked})
        return Refusal.LOCKED if locked else Refusal.WRONG


def _new_user(name: str, hashed: str, role: Role, agent: str | None, at: datetime) -> UserRow:
    return UserRow(name=name, password_hash=hashed, role=role, agent=agent, must_change=True, created_at=at)


def _require_free(session: Session, agent: str | None, name: str) -> None:
    owner = session.scalar(select(UserRow.name).where(UserRow.agent == agent)) if agent else None
    if owner not in (None, name):
        raise AccountError(f"the agent account {agent} is {owner}'s")


def _require_other_admin(session: Session, row: UserRow) -> None:
    """So that there is always somebody who can let others in."""
    others = select(UserRow.id).where(UserRow.role == Role.ADMIN, UserRow.disabled_at.is_(None), UserRow.id != row.id)
    if row.role == Role.ADMIN and session.scalar(others) is None:
        raise AccountError(f"{row.name} is the last admin: make somebody else one first")


def _user(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == _canonical(name)))
    if row is None:
        raise AccountError(f"there is no user {_canonical(name)}")
    return row


def _value(row: UserRow) -> User:
    return User(
        row.name,
        Role(row.role),
        row.must_change,
        row.locked_until,
        row.created_at,
        row.last_login_at,
        row.agent,
        row.disabled_at is not None,
    )


def _canonical(name: str) -> str:
    return name.strip().casefold()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _log(session: Session, kind: Kind, at: datetime, data: dict[str, Json]) -> None:
    session.add(EventRow(at=at, kind=kind, call_id=None, ticket_id=None, data=data))
