"""Users, logins and lockout."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tickets.accounts import Refusal, User, WeakPassword
from tickets.rights import Role
from tickets.settings import TicketsSettings
from tickets.store import AccountError, Store, open_store

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
GOOD = "a quiet sentence"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db", login_attempts=3))
    yield opened
    opened.close()


def test_the_first_admin_is_made_once(store: Store) -> None:
    password = store.accounts.first_admin(START)
    assert password is not None
    assert store.accounts.first_admin(START) is None
    admin = store.accounts.log_in("admin", password, START)
    assert isinstance(admin, User)
    assert (admin.role, admin.must_change) == (Role.ADMIN, True)


def test_a_chosen_password_replaces_the_one_time_password(store: Store) -> None:
    first = store.accounts.add("Maria", Role.AGENT, START)
    store.accounts.change_password("maria", GOOD, START)
    assert store.accounts.log_in("maria", first, at(1)) is Refusal.WRONG
    maria = store.accounts.log_in(" MARIA ", GOOD, at(2))
    assert isinstance(maria, User)
    assert not maria.must_change


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "i am maria today", "x" * 300])
def test_weak_passwords_are_refused(store: Store, password: str) -> None:
    store.accounts.add("maria", Role.AGENT, START)
    with pytest.raises(WeakPassword):
        store.accounts.change_password("maria", password, START)


def test_the_one_time_password_cannot_be_kept(store: Store) -> None:
    first = store.accounts.add("maria", Role.AGENT, START)
    with pytest.raises(WeakPassword, match="old"):
        store.accounts.change_password("maria", first, START)


def test_lockout_ends_by_itself_or_by_unlock(store: Store) -> None:
    password = store.accounts.add("maria", Role.AGENT, START)
    outcomes = [store.accounts.log_in("maria", "wrong", START) for _ in range(3)]
    assert outcomes == [Refusal.WRONG, Refusal.WRONG, Refusal.LOCKED]
    assert store.accounts.log_in("maria", password, at(14)) is Refusal.LOCKED
    assert isinstance(store.accounts.log_in("maria", password, at(15.1)), User)
    for _ in range(3):
        store.accounts.log_in("maria", "wrong", at(20))
    store.accounts.unlock("maria", at(21))
    assert isinstance(store.accounts.log_in("maria", password, at(21)), User)


def test_failures_in_a_row_are_counted_not_all_failures(store: Store) -> None:
    password = store.accounts.add("maria", Role.AGENT, START)
    for minute in range(4):
        assert store.accounts.log_in("maria", "wrong", at(minute)) is Refusal.WRONG
        assert isinstance(store.accounts.log_in("maria", password, at(minute)), User)


def test_who_does_not_exist_is_told_no_more(store: Store) -> None:
    assert [store.accounts.log_in("nobody", "x", START) for _ in range(5)] == [Refusal.WRONG] * 5


def test_sessions_expire_and_end(store: Store) -> None:
    store.accounts.add("maria", Role.AGENT, START)
    secret = store.accounts.start_session("maria", "web", START)
    found = store.accounts.of_session(secret, "web", at(60))
    assert found is not None
    assert found.name == "maria"
    assert store.accounts.of_session(secret, "api", at(60)) is None
    assert store.accounts.of_session(secret, "web", at(12 * 60)) is None
    assert store.accounts.of_session("other", "web", at(1)) is None
    store.accounts.end_session(secret)
    assert store.accounts.of_session(secret, "web", at(1)) is None


def test_a_reset_ends_every_session_and_token(store: Store) -> None:
    store.accounts.add("maria", Role.AGENT, START)
    secret = store.accounts.start_session("maria", "web", START)
    token = store.accounts.start_session("maria", "api", START)
    store.accounts.reset_password("maria", at(1))
    assert store.accounts.of_session(secret, "web", at(1)) is None
    assert store.accounts.of_session(token, "api", at(1)) is None


def test_mistakes_with_names(store: Store) -> None:
    store.accounts.add("maria", Role.AGENT, START)
    with pytest.raises(AccountError, match="already"):
        store.accounts.add("MARIA", Role.AGENT, START)
    with pytest.raises(AccountError, match="no user"):
        store.accounts.unlock("nobody", START)
    with pytest.raises(AccountError, match="name"):
        store.accounts.add("  ", Role.AGENT, START)


def test_no_secret_lies_in_the_file(store: Store, tmp_path: Path) -> None:
    password = store.accounts.add("maria", Role.AGENT, START)
    secret = store.accounts.start_session("maria", "web", START)
    store.close()
    contents = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert password.encode() not in contents
    assert secret.encode() not in contents
