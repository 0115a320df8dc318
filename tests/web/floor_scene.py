"""A morning on the floor: agents and callers, told to the queue and to the event log as a line tells them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fakes.controller import FloorOnly

from ari_app.acd.queue import Offer, QueueEntry
from ari_app.acd_store import change_of
from ari_app.distributor import Place
from tickets.people import Entry
from tickets.store import Store
from tickets.viewer.app import utc_now

GROUP = "helpdesk"


@dataclass
class Scene:
    """Everything that happens on `floor` is told to the log of `store`, as `ari_app/floor_keeper.py` does."""

    floor: FloorOnly
    store: Store
    tickets: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.floor.distributor.watch(
            lambda before, after, doer: self.store.floor.save(
                change_of(before, after, self.floor.distributor.now(), doer)
            )
        )

    def agents_come(self, *names: str) -> None:
        for name in names:
            self.floor.does(lambda distributor, name=name: distributor.reach(name))

    def caller_comes(self, call_id: str, number: str = "+4930901820", ago_s: float = 0, group: str = GROUP) -> None:
        """He asks for a person, `ago_s` ago."""
        at = utc_now() - timedelta(seconds=ago_s)
        ticket = self.store.tickets.open_for_call(call_id, call_id, number, "5000", "en", at).number
        self.tickets[call_id] = ticket
        people = self.store.people.of_number(number)
        if people:
            self.store.tickets.identify(ticket, people[0].id, "number", at)
        self.store.tickets.queue_entered(ticket, group, "asked", at)
        entry = QueueEntry(call_id, group, at)
        self.places[call_id] = self.floor.does(lambda distributor: distributor.join(entry))

    def answer(self, agent: str) -> str:
        """The agent whose telephone rings answers; whom he talks with then."""
        call_id = self.floor.agent(agent).call_id
        assert call_id is not None
        self.floor.does(lambda distributor: distributor.answer(Offer(call_id, agent)))
        self.store.tickets.queue_answered(self.tickets[call_id], agent, utc_now())
        return call_id

    def hang_up(self, agent: str) -> None:
        call_id = self.floor.agent(agent).call_id
        assert call_id is not None
        self.floor.does(lambda distributor: distributor.hang_up(agent))
        self.store.tickets.finish_call(self.tickets[call_id], utc_now())

    def give_up(self, call_id: str) -> None:
        """The caller hangs up while he waits."""
        self.floor.does(lambda distributor: distributor.leave(self.places[call_id]))
        self.store.tickets.queue_abandoned(self.tickets[call_id], utc_now())
        self.store.tickets.finish_call(self.tickets[call_id], utc_now())

    def earlier_call(self, number: int, waited_s: float, agent: str | None, at: datetime) -> None:
        """A call of today that is long over; without an agent he hung up."""
        call_id = f"earlier-{number}"
        ticket = self.store.tickets.open_for_call(call_id, call_id, "", "5000", "en", at).number
        self.store.tickets.queue_entered(ticket, GROUP, "asked", at)
        end = at + timedelta(seconds=waited_s)
        if agent is None:
            self.store.tickets.queue_abandoned(ticket, end)
        else:
            self.store.tickets.queue_answered(ticket, agent, end)
        self.store.tickets.finish_call(ticket, end + timedelta(minutes=3))


def directory(store: Store) -> None:
    entries = (
        Entry(
            employee_number="1001", name="Anna Schmidt", numbers=frozenset({"+4930901801"}), labels=frozenset({"vip"})
        ),
        Entry(employee_number="1002", name="王芳", numbers=frozenset({"+4930901802"})),
        Entry(employee_number="1003", name="Jean-Baptiste Grandclément", numbers=frozenset({"+4930901803"})),
    )
    store.people.import_rows(entries, utc_now(), everyone=True)


def busy_morning(scene: Scene) -> None:
    """Five agents, of whom two talk, one is rung, two pause; callers who wait, some for long; calls of before."""
    directory(scene.store)
    now = utc_now()
    for number in range(14):
        agent = None if number % 7 == 3 else f"agent{1 + number % 4}"
        scene.earlier_call(number, 4 + number * 3, agent, now - timedelta(minutes=28 - number))
    scene.agents_come("agent1", "agent2", "agent3", "agent4", "agent11")
    scene.caller_comes("call-a", "+4930901801")
    scene.caller_comes("call-b", "+4930901802")
    for agent in ("agent1", "agent2", "agent3", "agent4"):
        if scene.floor.agent(agent).call_id is not None:
            scene.answer(agent)
    for pausing in ("agent4", "agent11"):
        scene.floor.does(lambda distributor, agent=pausing: distributor.pause(agent, "lunch", agent))
    busy = next(name for name in ("agent1", "agent2", "agent3") if scene.floor.agent(name).call_id)
    scene.floor.does(lambda distributor: distributor.miss_sound(busy))
    for caller, ago in (("+4930901803", 200), ("+4930901811", 95), ("", 31), ("+4930901801", 12)):
        scene.caller_comes(f"call-{ago}", caller, ago)
