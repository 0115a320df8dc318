"""Who may log in, and the rules of passwords. Pure but for the hash function."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tickets.rights import Right, Role, may

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256

_READABLE = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("l1o0")))


@dataclass(frozen=True, slots=True)
class User:
    name: str
    role: Role
    must_change: bool
    """The password is a one-time password: nothing works until it is changed."""
    locked_until: datetime | None
    created_at: datetime
    last_login_at: datetime | None
    agent: str | None = None
    """The name of the agent account that is his."""
    is_disabled: bool = False
    """He may not log in any more; what he did stays told."""

    def state(self, now: datetime) -> Literal["disabled", "locked", "one_time", "active"]:
        """Whether he can log in, and if not, why."""
        if self.is_disabled:
            return "disabled"
        if self.locked_until is not None and self.locked_until > now:
            return "locked"
        return "one_time" if self.must_change else "active"

    def may(self, right: Right) -> bool:
        return not self.is_disabled and may(self.role, right)


@dataclass(frozen=True, slots=True)
class Token:
    """With it a program reads the REST API as a user; `id` names it without telling it."""

    id: str
    created_at: datetime


class Refusal(StrEnum):
    """Why a login did not succeed."""

    WRONG = "wrong"
    LOCKED = "locked"


def one_time_password() -> str:
    """Four groups of four readable characters: about 80 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


class WeakPassword(Exception):
    """`why` says in a word what is wrong with the password, the text says it to the person who chose it."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(text)
        self.why = why


def check_new_password(password: str, name: str) -> None:
    """Raises WeakPassword when `password` is too short, too long, too simple, or holds the user's name."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword("short", f"Please choose at least {SHORTEST_PASSWORD} characters.")
    if len(password) > LONGEST_PASSWORD:
        raise WeakPassword("long", f"Please choose at most {LONGEST_PASSWORD} characters.")
    if len(set(password.casefold())) < 5:
        raise WeakPassword("simple", "Please choose more different characters.")
    if name.casefold() in password.casefold():
        raise WeakPassword("name", "Please choose a password without your name in it.")


class PasswordHashes:
    """Argon2id. Checking costs the same whether the user exists or not."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_hex())

    def make(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to the `stored` hash; None stands for a user that does not exist."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
