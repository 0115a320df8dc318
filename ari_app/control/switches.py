"""Commands that switch groups and announcements by hand, and tell how they stand."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from ari_app.control.commands import Command, Commands, Request
from ari_app.control.errors import Refused
from ari_app.switchboard import Switchboard
from dialplan.calendar import is_there
from dialplan.explanations import did_you_mean
from dialplan.loader import Dialplan
from tickets.store import StoreError
from tickets.switches import GroupSwitch, Switches

_TO: dict[str, GroupSwitch | None] = {"open": "open", "closed": "closed", "calendar": None}


class GroupSwitchRequest(Request):
    group: str = Field(max_length=100)
    to: Literal["open", "closed", "calendar"]


class AnnouncementSwitchRequest(Request):
    name: str = Field(max_length=100)
    on: bool


class GroupSwitchShape(BaseModel):
    """`switched` is null where the group goes by its calendar; `by` and `at` (UTC) say who switched it, and when."""

    group: str
    name: dict[str, str] = Field(description="by language")
    is_open: bool
    switched: GroupSwitch | None
    by: str | None
    at: datetime | None


class AnnouncementShape(BaseModel):
    announcement: str
    name: dict[str, str] = Field(description="by language")
    is_on: bool
    by: str | None
    at: datetime | None


class SwitchesShape(BaseModel):
    """All groups and announcements of the dialplan."""

    groups: list[GroupSwitchShape]
    announcements: list[AnnouncementShape]


def switch_commands(
    switchboard: Switchboard, dialplan: Callable[[], Dialplan], now: Callable[[], datetime]
) -> Commands:
    """`group.switch`, `announcement.switch` and `switches` answer how all of them stand then."""

    def shape() -> BaseModel:
        return switches_shape(switchboard.switches, dialplan(), now())

    async def group(request: GroupSwitchRequest) -> BaseModel:
        _check_known("group", request.group, list(dialplan().groups))
        await _kept(switchboard.switch_group(request.group, _TO[request.to], request.by))
        return shape()

    async def announcement(request: AnnouncementSwitchRequest) -> BaseModel:
        # One that was taken out of the dialplan can still be switched off.
        known = [*dialplan().menus.announcements, *switchboard.switches.announcements]
        _check_known("announcement", request.name, known)
        await _kept(switchboard.switch_announcement(request.name, request.on, request.by))
        return shape()

    async def listed(_: Request) -> BaseModel:
        return shape()

    return {
        "group.switch": Command(GroupSwitchRequest, group),
        "announcement.switch": Command(AnnouncementSwitchRequest, announcement),
        "switches": Command(Request, listed),
    }


def switches_shape(switches: Switches, dialplan: Dialplan, at: datetime) -> SwitchesShape:
    return SwitchesShape(
        groups=[_group(switches, name, dialplan, at) for name in dialplan.groups],
        announcements=[_announcement(switches, name, dialplan) for name in dialplan.menus.announcements],
    )


def is_group_open(switches: Switches, name: str, dialplan: Dialplan, at: datetime) -> bool:
    """By a supervisor's word, else by its calendar; one that was taken out of the dialplan has none."""
    switched, known = switches.group(name), dialplan.groups.get(name)
    hours = known.hours if known is not None else None
    return is_there(hours, dialplan.calendars, at, switched == "open" if switched is not None else None)


def _group(switches: Switches, name: str, dialplan: Dialplan, at: datetime) -> GroupSwitchShape:
    switched = switches.groups.get(name)
    return GroupSwitchShape(
        group=name,
        name=dict(dialplan.groups[name].name),
        is_open=is_group_open(switches, name, dialplan, at),
        switched=switches.group(name),
        by=switched.by if switched is not None else None,
        at=switched.at if switched is not None else None,
    )


def _announcement(switches: Switches, name: str, dialplan: Dialplan) -> AnnouncementShape:
    switched = switches.announcements.get(name)
    return AnnouncementShape(
        announcement=name,
        name=dict(dialplan.menus.announcements[name].name),
        is_on=switched is not None,
        by=switched.by if switched is not None else None,
        at=switched.at if switched is not None else None,
    )


def _check_known(kind: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise Refused(
            f"unknown_{kind}", f"there is no {kind} '{name}' — {did_you_mean(name, known) or 'see menus.yaml'}"
        )


async def _kept(change: Awaitable[None]) -> None:
    try:
        await change
    except StoreError as error:
        raise Refused("failed", f"not switched: {error}") from error
