"""Users, logins and tokens in the database."""

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from tickets.accounts import (
    PasswordHashes,
    Refusal,
    Token,
    User,
    WeakPassword,
    check_new_password,
    one_time_password,
)
from tickets.events import Kind
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store.database import Database
from tickets.store.tables import SessionRow, UserRow
from tickets.store.user_rows import (
    canonical,
    log_account,
    log_change,
    new_user,
    require_fit,
    require_free,
    require_new,
    require_other_admin,
    user_of,
    user_row,
)

SOMEBODY = "somebody"
"""Who changes a user where nobody says who he is."""

_TOKEN_NAME = 12
"""So many digits of a token's hash name it: they tell nothing of the token."""


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
            session.add(new_user("admin", hashed, Role.ADMIN, None, at))
            log_account(
                session, Kind.USER_CHANGED, at, user="admin", change="added", by="hotline", role=Role.ADMIN, agent=None
            )
        return password

    def add(self, name: str, role: Role, at: datetime, by: str = SOMEBODY, agent: str | None = None) -> str:
        """A new user, and the agent account that is his; returns the one-time password. `by` is who does it.

        Raises:
            AccountError: the name is taken or empty, or the agent account is somebody else's.
        """
        wanted = canonical(name)
        require_fit(wanted)
        password = one_time_password()
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            require_new(session, wanted)
            require_free(session, agent, wanted)
            row = new_user(wanted, hashed, role, agent, at)
            session.add(row)
            log_change(session, row, at, by, "added", role=role, agent=agent)
        return password

    def assign(self, name: str, role: Role, agent: str | None, at: datetime, by: str = SOMEBODY) -> None:
        """Another role or agent account. The last admin stays one.

        Raises:
            AccountError: there would be no admin any more, or the agent account is somebody else's.
        """
        with self._database.writing() as session:
            row = user_row(session, name)
            if role is not Role.ADMIN:
                require_other_admin(session, row)
            require_free(session, agent, row.name)
            row.role, row.agent = role, agent
            log_change(session, row, at, by, "assigned", role=role, agent=agent)

    def disable(self, name: str, at: datetime, by: str = SOMEBODY) -> None:
        """He cannot log in any more, and is logged out everywhere; tokens end too, and his agent account is free.

        Raises:
            AccountError: he is the last admin.
        """
        with self._database.writing() as session:
            row = user_row(session, name)
            require_other_admin(session, row)
            row.disabled_at, row.agent = at, None
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
            log_change(session, row, at, by, "disabled")

    def enable(self, name: str, at: datetime, by: str = SOMEBODY) -> None:
        """He may log in again, as before."""
        with self._database.writing() as session:
            row = user_row(session, name)
            row.disabled_at = None
            log_change(session, row, at, by, "enabled")

    def reset_password(self, name: str, at: datetime, by: str = SOMEBODY) -> str:
        """A new one-time password; whoever is logged in as this user is logged out."""
        password = one_time_password()
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            row = user_row(session, name)
            row.password_hash, row.must_change, row.failures, row.locked_until = hashed, True, 0, None
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
            log_change(session, row, at, by, "password_reset")
        return password

    def change_password(self, name: str, password: str, at: datetime) -> None:
        """The user chose a new password; all logins of this user end.

        Raises:
            WeakPassword: it is too easy, or the one that was to be replaced.
        """
        check_new_password(password, canonical(name))
        with self._database.reading() as session:
            old = user_row(session, name).password_hash
        if self._hashes.matches(old, password):
            raise WeakPassword("same", "Please choose a password that is not the old one.")
        hashed = self._hashes.make(password)
        with self._database.writing() as session:
            row = user_row(session, name)
            row.password_hash, row.must_change = hashed, False
            session.execute(delete(SessionRow).where(SessionRow.user_id == row.id, SessionRow.kind == "web"))
            log_change(session, row, at, row.name, "password_changed")

    def unlock(self, name: str, at: datetime, by: str = SOMEBODY) -> None:
        with self._database.writing() as session:
            row = user_row(session, name)
            row.failures, row.locked_until = 0, None
            log_change(session, row, at, by, "unlocked")

    def get(self, name: str) -> User:
        with self._database.reading() as session:
            return user_of(user_row(session, name))

    def users(self) -> list[User]:
        with self._database.reading() as session:
            return [user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def log_in(self, name: str, password: str, at: datetime) -> User | Refusal:
        """Check a password. After several failures in a row the user is locked for a while, right password or not."""
        with self._database.reading() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == canonical(name)))
            stored = row.password_hash if row else None
        right = self._hashes.matches(stored, password)  # slow on purpose, so outside the transaction
        with self._database.writing() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == canonical(name)))
            if row is None:
                log_account(session, Kind.LOGIN_FAILED, at, user=None, locked=False)
                return Refusal.WRONG
            if row.locked_until and row.locked_until > at:
                return Refusal.LOCKED
            if not right or row.password_hash != stored or row.disabled_at is not None:
                return self._failed(session, row, at)
            row.failures, row.locked_until, row.last_login_at = 0, None, at
            log_account(session, Kind.LOGGED_IN, at, user=row.name)
            return user_of(row)

    def start_session(
        self, name: str, kind: Literal["web", "api"], at: datetime, address: str = "", by: str = SOMEBODY
    ) -> str:
        """A new secret that stands for the user; only its hash is kept. One of kind `api` (a token, made `by` somebody)
        does not expire, and works from everywhere; `address` is where a browser logs in."""
        secret = secrets.token_urlsafe(32)
        expires = at + self._settings.session_lifetime if kind == "web" else None
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at < at))
            user = user_row(session, name)
            row = SessionRow(secret_hash=_hash(secret), user_id=user.id, kind=kind, created_at=at)
            row.expires_at, row.address = expires, address
            session.add(row)
            if kind == "api":
                log_change(session, user, at, by, "token_made")
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
            user, is_told = user_of(found.UserRow), login.refused_from == address
        if not is_elsewhere:
            return user
        if not is_told:
            self._refused(_hash(secret), user.name, address, at)
        return None

    def end_session(self, secret: str) -> None:
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.secret_hash == _hash(secret)))

    def tokens(self, name: str) -> list[Token]:
        """Those of a user, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(_tokens(user_row(session, name)).order_by(SessionRow.created_at))
            return [Token(row.secret_hash[:_TOKEN_NAME], row.created_at) for row in rows]

    def end_token(self, name: str, token: str, at: datetime, by: str = SOMEBODY) -> bool:
        """`token` is the id of one of the user's; False when there is none."""
        with self._database.writing() as session:
            user = user_row(session, name)
            row = session.scalar(_tokens(user).where(SessionRow.secret_hash.startswith(token, autoescape=True)))
            if row is None or len(token) != _TOKEN_NAME:
                return False
            session.delete(row)
            log_change(session, user, at, by, "token_ended")
            return True

    def _refused(self, secret_hash: str, name: str, address: str, at: datetime) -> None:
        with self._database.writing() as session:
            session.execute(
                update(SessionRow).where(SessionRow.secret_hash == secret_hash).values(refused_from=address)
            )
            log_account(session, Kind.LOGIN_REFUSED, at, user=name, address=address)

    def _failed(self, session: Session, row: UserRow, at: datetime) -> Refusal:
        row.failures += 1
        locked = row.failures >= self._settings.login_attempts
        if locked:
            row.locked_until, row.failures = at + self._settings.login_lock, 0
        log_account(session, Kind.LOGIN_FAILED, at, user=row.name, locked=locked)
        return Refusal.LOCKED if locked else Refusal.WRONG


def _tokens(user: UserRow) -> Select[SessionRow]:
    return select(SessionRow).where(SessionRow.user_id == user.id, SessionRow.kind == "api")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
