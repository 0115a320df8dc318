"""Dialling out: which numbers may be dialled, and how often. Whoever dials anything outside asks here first.

Errors: `NotAllowed` ─ `TooOften` (the same number may be dialled later).
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

import phonenumbers
import structlog

from ari_app.settings import DiallingSettings
from tickets.events import Kind
from tickets.numbers import normalise
from tickets.store import Store, StoreError

log = structlog.get_logger(__name__)

Purpose = Literal["callback", "call", "transfer", "supervision"]
"""Why a number is dialled: who asked for it is called back, an agent calls somebody, a caller is handed on, a
supervisor wants to hear a talk there."""

_DIALLABLE = re.compile(r"\+?[0-9]{2,20}")
_HOUR = timedelta(hours=1)


class NotAllowed(Exception):
    """The number is not dialled; the text says why and what to do."""


class TooOften(NotAllowed):
    """Not now; `until` (aware UTC) says when it may be dialled again."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


@dataclass(slots=True)
class Dialling:
    """`trunk` says whether there is a way out, `suppliers` the numbers of groups.yaml; `now` is the time, aware UTC."""

    settings: DiallingSettings
    trunk: bool
    region: str
    store: Store
    now: Callable[[], datetime]
    suppliers: Callable[[], Iterable[str]] = tuple
    _dialled: deque[tuple[datetime, str]] = field(default_factory=deque, init=False)

    async def recall(self) -> None:
        """What was dialled within the last hour still counts: a restart gives nobody a new hour.

        Raises:
            StoreError: the database does not answer.
        """
        since = self.now() - _HOUR
        events = await asyncio.to_thread(lambda: list(self.store.events.since(since, [Kind.NUMBER_DIALLED])))
        self._dialled = deque((event.at, str(event.data["number"])) for event in events)

    async def check(self, number: str) -> str:
        """The number as it would be dialled; nothing is counted.

        Raises:
            NotAllowed, TooOften: it may not be dialled (now).
        """
        if not self.trunk:
            raise NotAllowed("there is no way out: set pbx.trunk_contact")
        wanted = normalise(number, self.region)
        if not _DIALLABLE.fullmatch(wanted):
            raise NotAllowed(f"{number!r} is no telephone number")
        if not await self._is_allowed(wanted):
            raise NotAllowed(f"{wanted} may not be dialled: it is neither in the directory nor in dialling.allow")
        self._refuse_too_many(wanted)
        return wanted

    async def may_call(self, number: str) -> bool:
        """`ivr.desk.Trunk`: whether a callback can be promised. Without a trunk people keep the promise by hand."""
        if not self.trunk:
            return True
        try:
            await self.check(number)
        except TooOften:
            return True  # later
        except NotAllowed:
            return False
        return True

    async def permit(self, number: str, purpose: Purpose, ticket: str | None = None) -> str:
        """The number is dialled now: it counts. Returns it as it is dialled.

        Raises:
            NotAllowed, TooOften: it may not be dialled (now).
        """
        wanted = await self.check(number)
        self._refuse_too_many(wanted)  # others may have dialled while the directory was read
        at = self.now()
        self._dialled.append((at, wanted))
        what = {"number": wanted, "purpose": purpose}
        try:
            await asyncio.to_thread(self.store.events.append, Kind.NUMBER_DIALLED, at, None, ticket, what)
        except StoreError as error:
            log.warning("dialled, but not noted: a restart will not count it", error=str(error))
        return wanted

    def endpoint(self, number: str) -> str:
        """What Asterisk dials: a number that `permit` returned, over the trunk."""
        return f"PJSIP/{number}@trunk"

    async def _is_allowed(self, number: str) -> bool:
        if self._is_emergency(number):
            return False
        if number in self.settings.allow or number in {normalise(one, self.region) for one in self.suppliers()}:
            return True
        if self._costs_extra(number):
            return False
        if any(fnmatchcase(number, pattern) for pattern in self.settings.allow):
            return True
        try:
            return bool(await asyncio.to_thread(self.store.people.of_number, number))
        except StoreError as error:
            raise NotAllowed("the directory cannot be read just now: try again") from error

    def _is_emergency(self, number: str) -> bool:
        return phonenumbers.is_emergency_number(number, self.region)

    def _costs_extra(self, number: str) -> bool:
        if not number.startswith("+"):
            return False
        try:
            kind = phonenumbers.number_type(phonenumbers.parse(number, None))
        except phonenumbers.NumberParseException:
            return False
        return kind in (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST)

    def _refuse_too_many(self, number: str) -> None:
        while self._dialled and self._dialled[0][0] <= self.now() - _HOUR:
            self._dialled.popleft()
        times = [at for at, _ in self._dialled]
        to_it = [at for at, other in self._dialled if other == number]
        for dialled, most, what in (
            (times, self.settings.per_hour, "dialling.per_hour"),
            (to_it, self.settings.per_number_per_hour, "dialling.per_number_per_hour"),
        ):
            if len(dialled) >= most:
                until = dialled[-most] + _HOUR if most else self.now() + _HOUR
                raise TooOften(f"{number} is not dialled before {until:%H:%M} UTC: {what} is {most}", until)
