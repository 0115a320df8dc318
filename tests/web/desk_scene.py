"""A call as it comes to an agent's desk: what it says so far on its ticket, and what the telephones do with it."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from controller import FloorOnly
from ticket_seed import Story

from ari_app.distributor import Distributor
from ari_app.talk import commands
from ari_app.talk.commands import Command
from ari_app.talks import Talk
from tickets.events import Json, Kind
from tickets.outage import Outage, declaration
from tickets.people import Entry
from tickets.store import Store
from tickets.viewer.app import utc_now

AGENT, GROUP = "agent1", "helpdesk"
ANNA = Entry(
    employee_number="10442",
    name="Anna Berg",
    site="berlin",
    department="sales",
    language="en",
    labels=frozenset({"vip"}),
    email="anna.berg@example.com",
    numbers=frozenset({"1044"}),
)
JONAS = Entry(employee_number="20881", name="Jonas Weber", site="munich", department="finance")


@dataclass
class Ringing:
    """A call that `AGENT` is offered; `orders` is what he has asked of it since he answered;
    `offered_at` is as `time.time()`."""

    floor: FloorOnly
    store: Store
    call_id: str
    number: str
    offered_at: float
    orders: list[Command] = field(default_factory=list)

    def answer(self) -> None:
        self.store.tickets.queue_answered(self.number, AGENT, utc_now())
        talk = Talk(AGENT, self.call_id, self._take, "leg")

        def begin(distributor: Distributor) -> None:
            distributor.resume_talk(AGENT, self.call_id, GROUP)
            self.floor.talks.enter(talk)

        self.floor.does(begin)

    def hang_up(self) -> None:
        """The caller does."""
        self.floor.does(lambda distributor: distributor.hang_up(AGENT))
        self.store.tickets.finish_call(self.number, utc_now(), 16)

    async def _take(self, agent: str, command: Command) -> None:
        self.orders.append(command)
        match command:
            case commands.Hold():
                self.floor.distributor.hold(agent)
            case commands.Unhold():
                self.floor.distributor.unhold(agent)
            case commands.Consult(to=to):
                self._note(Kind.CONSULTED, {"agent": agent, "to": str(to).removeprefix("agent:")})
            case commands.Cancel() | commands.Complete():
                self._note(Kind.TALK_LEFT, {"party": "agent2", "reason": "cancelled"})
            case commands.PauseRecording():
                self._note(Kind.RECORDING_PAUSED, {"agent": agent})
            case commands.HangUp():
                self.floor.distributor.hang_up(agent)
            case _:
                pass

    def _note(self, kind: Kind, data: dict[str, Json]) -> None:
        self.store.tickets.note_talk(self.number, kind, data, utc_now())


def ring(floor: FloorOnly, store: Store, name: str, caller: str = "1044", at: datetime | None = None) -> Ringing:
    """Somebody has told the line that his VPN drops, and `AGENT` is rung for him."""
    story = Story(store, name, caller, at or utc_now() - timedelta(seconds=75))
    if store.people.of_number(caller):
        story.identified("10442", "number")
    story.caller("the v p n drops every few minutes since this morning", 0.88, (("the weepy end drops", 0.31),))
    story.understood("article:vpn-does-not-connect", 0.78, "network")
    story.article("vpn-does-not-connect", "First check that a normal website opens.", helped=False)
    story.caller("i need this for a meeting at noon", 0.55)
    story.noted({"system": "vpn"})
    store.tickets.queue_entered(story.number, GROUP, "asked", story.at)
    store.tickets.queue_offered(story.number, AGENT, story.at)
    offered_at = time.time()
    floor.does(lambda distributor: distributor.ring(AGENT, name, GROUP))
    return Ringing(floor, store, name, story.number, offered_at)


def vpn_is_down(store: Store) -> Outage:
    texts = {"en": "The V P N in Berlin is down.", "zh": "柏林的 VPN 出现故障。"}
    declared = declaration("VPN gateway Berlin", frozenset({"vpn"}), frozenset({"berlin"}), texts)
    return store.outages.declare(declared, "maria", utc_now())
