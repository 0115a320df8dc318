"""Floors for the tests of ari_app/acd: a short way to say who is there and who waits."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd.routing import offer_next
from ari_app.acd.rules import AgentCard, GroupRules, Tier

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def group(*agents: str, tiers: tuple[Tier, ...] = (), **rules: Any) -> GroupRules:
    return GroupRules(tiers=(Tier(agents), *tiers), **rules)


def floor_of(
    groups: Mapping[str, GroupRules], cards: Mapping[str, AgentCard] | None = None, away: tuple[str, ...] = ()
) -> Floor:
    """Everybody is there and ready, except who is `away`; the first agents have been idle longest."""
    floor = Floor(groups, cards or {})
    for place, name in enumerate(name for name in floor.members if name not in away):
        floor = acd.reach(floor, name, at(place - 1000))
    return floor


def desk(*agents: str, **rules: Any) -> Floor:
    """One group, `desk`."""
    return floor_of({"desk": group(*agents, **rules)})


def waiting(floor: Floor, call_id: str, since: float = 0, group: str = "desk", **more: Any) -> Floor:
    """`floor` with a caller who has waited since so many seconds after noon."""
    return acd.join(floor, QueueEntry(call_id, group, at(since), **more))


def offered(floor: Floor, now: float) -> tuple[Floor, list[Offer]]:
    """What the clock does: pauses that are over end, and whatever is possible is offered."""
    return offer_next(acd.end_pauses(floor, at(now)), at(now))


def offers(floor: Floor, now: float) -> list[tuple[str, str]]:
    """The offers alone: caller and agent."""
    return [(offer.call_id, offer.agent) for offer in offered(floor, now)[1]]


def ringing(floor: Floor, now: float = 0) -> tuple[Floor, Offer]:
    """The one offer that is made now."""
    floor, made = offered(floor, now)
    assert len(made) == 1
    return floor, made[0]


def talking(floor: Floor, now: float = 0) -> Floor:
    """The one offer that is made now is answered at once."""
    floor, offer = ringing(floor, now)
    return acd.answer(floor, offer, at(now))


def wrapping_up(floor: Floor, now: float) -> Floor:
    """`anna` has just ended a talk."""
    return acd.hang_up(talking(waiting(floor, "earlier", -1000), -900), "anna", at(now))
