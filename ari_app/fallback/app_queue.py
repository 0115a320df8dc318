"""Keeps the members of app_queue, and their pauses, in step with the floor: whoever would get calls from us gets them
from app_queue while we are away. Asterisk remembers them (queues.conf: persistentmembers)."""

import threading
from collections.abc import Iterator

import structlog

from ari_app.acd.floor import Floor
from ari_app.distributor import Doer
from ari_app.fallback.ami import Ami, AmiError
from ari_app.fallback.queues import Member, Members, members_of
from ari_app.pbx.credentials import AMI_USER
from ari_app.pbx.queues import agent_of_interface, group_of, interface_of, queue_of, state_of

log = structlog.get_logger(__name__)

_LOOKS_AFTER_S = 1.0
_TRIES_AGAIN_AFTER_S = (0.5, 1.0, 2.0, 5.0, 10.0)
_ENDS_WITHIN_S = 2.0

Action = tuple[str, dict[str, str]]


class AppQueueMembers:
    """In a thread of its own from its making to `close`, for AMI blocks; a connection that is lost is made anew."""

    def __init__(self, host: str, port: int, secret: str) -> None:
        self._address = (host, port)
        self._secret = secret
        self._changed = threading.Condition()
        self._wanted: Members | None = None
        self._is_closed = False
        self._missing: set[str] = set()
        # A daemon: an Asterisk that is frozen must not keep us from ending.
        self._thread = threading.Thread(target=self._run, name="app_queue", daemon=True)
        self._thread.start()

    def keep(self, members: Members) -> None:
        """From now on these are the members. Returns at once; to be called as often as anything changes."""
        with self._changed:
            self._wanted = members
            self._changed.notify()

    def note(self, before: Floor, after: Floor, _: Doer | None = None) -> None:
        """The floor has changed (`Distributor.watch`)."""
        if before.agents is not after.agents or before.rules is not after.rules:
            self.keep(members_of(after))

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join(_ENDS_WITHIN_S)

    def _run(self) -> None:
        failures = 0
        while not self._is_closed:
            try:
                with Ami(*self._address, AMI_USER, self._secret) as ami:
                    failures = 0
                    self._follow(ami)
            except AmiError as error:
                delay_s = _TRIES_AGAIN_AFTER_S[min(failures, len(_TRIES_AGAIN_AFTER_S) - 1)]
                failures += 1
                if failures == 1:
                    log.warning("the members of app_queue are not kept in step", why=str(error))
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closed, delay_s)

    def _follow(self, ami: Ami) -> None:
        """
        Raises:
            AmiError: the connection is lost.
        """
        there, wanted = members_there(ami), None
        while not self._is_closed:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed or self._wanted is not wanted, _LOOKS_AFTER_S)  # noqa: B023
                wanted = self._wanted
            if not ami.is_connected:
                raise AmiError("the connection is lost")
            if wanted is not None:
                there = self._bring(ami, there, wanted)

    def _bring(self, ami: Ami, there: Members, wanted: Members) -> Members:
        """Who is a member then. A queue that is not there yet (the group is new) is tried again at the next look.

        Raises:
            AmiError: the connection is lost.
        """
        missing = set()
        for action, headers in differences(there, wanted):
            refused = ami.act(action, **headers)
            if refused is not None:
                missing.add(headers["Queue"])
                if headers["Queue"] not in self._missing:
                    log.warning("app_queue refused", action=action, why=refused, **headers)
        self._missing = missing
        return {group: agents for group, agents in wanted.items() if queue_of(group) not in missing}


def members_there(ami: Ami) -> Members:
    """Who is in the groups' queues now.

    Raises:
        AmiError: Asterisk does not tell.
    """
    there: dict[str, dict[str, Member]] = {}
    for found in ami.queue_status():
        if found.get("Event") != "QueueMember":
            continue
        group, agent = group_of(found["Queue"]), agent_of_interface(found["Location"])
        if group is not None and agent is not None:
            reason = found.get("PausedReason", "") if found["Paused"] == "1" else None
            member = Member(reason, int(found["Penalty"]))
            there.setdefault(group, {})[agent] = member
    return there


def differences(there: Members, wanted: Members) -> Iterator[Action]:
    """The actions of AMI that lead from one to the other. Who comes comes paused if he is to be."""
    for group in {**there, **wanted}:
        old, new = there.get(group, {}), wanted.get(group, {})
        for agent in {**old, **new}:
            place = {"Queue": queue_of(group), "Interface": interface_of(agent)}
            yield from _of_member(place, agent, old.get(agent), new.get(agent))


def _of_member(place: dict[str, str], agent: str, old: Member | None, new: Member | None) -> Iterator[Action]:
    if new is None:
        yield "QueueRemove", place
        return
    if old is None:
        paused = "true" if new.paused is not None else "false"
        shown = {"MemberName": agent, "StateInterface": state_of(agent)}
        yield "QueueAdd", {**place, **shown, "Penalty": str(new.penalty), "Paused": paused}
        old = Member(None if new.paused is None else "", new.penalty)
    if old.penalty != new.penalty:
        yield "QueuePenalty", {**place, "Penalty": str(new.penalty)}
    if old.paused != new.paused:
        yield "QueuePause", {**place, **_pause(new.paused)}


def _pause(reason: str | None) -> dict[str, str]:
    return {"Paused": "false"} if reason is None else {"Paused": "true", "Reason": reason}
