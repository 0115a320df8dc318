"""What happened at each node of the graph, counted from the event log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ivr.graph.flow_graph import SAID, SAID_ARTICLES, FlowGraph
from tickets.events import Event, Kind

COUNTED = (
    Kind.TICKET_OPENED,
    Kind.SAID,
    Kind.HEARD,
    Kind.UNDERSTOOD,
    Kind.ARTICLE_TRIED,
    Kind.DECIDED,
    Kind.CALL_FINISHED,
)
"""The kinds of events that are looked at."""

_DECISIONS = {"join_outage": "join_outage", "request_callback": "callback", "leave_message": "voicemail"}


@dataclass(slots=True)
class Counts:
    """How often a node was come to, how often its question was asked again there, and how many callers hung up or asked
    for a person at it."""

    came: int = 0
    again: int = 0
    left: int = 0
    person: int = 0


@dataclass(slots=True)
class _Place:
    """Where one call is: a node, the question asked last, and whether it was answered by voice."""

    node: str | None = None
    question: str | None = None
    is_spoken: bool = False
    is_decided: bool = False


@dataclass(slots=True)
class _Count:
    graph: FlowGraph
    counts: dict[str, Counts] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if event.call_id is None:
            return
        place = self.places.setdefault(event.call_id, _Place())
        data = cast(Mapping[str, Any], event.data)
        match event.kind:
            case Kind.TICKET_OPENED:
                self._come(place, f"number:{data['dialled']}")
            case Kind.SAID if data.get("question"):
                self._asked(place, data["question"])
            case Kind.HEARD:
                place.is_spoken = data["heard"].get("kind") == "utterance"
            case Kind.UNDERSTOOD:
                self._understood(place, data["intent"])
            case Kind.ARTICLE_TRIED if data["helped"] is None:
                node = SAID_ARTICLES if place.is_spoken else self.graph.articles.get(data["article"], SAID_ARTICLES)
                self._come(place, node)
            case Kind.DECIDED if not place.is_decided:
                place.is_decided = True
                self._decided(place, data)
            case Kind.CALL_FINISHED:
                if not place.is_decided and place.node is not None:
                    self._at(place.node).left += 1
                del self.places[event.call_id]

    def _asked(self, place: _Place, question: str) -> None:
        """A menu is a node; other questions (a confirmation, a slot) belong to the node where one is."""
        node = f"menu:{question}"
        is_same, place.question = question == place.question, question
        if node in self.graph.nodes and node != place.node:
            self._come(place, node)
        elif is_same and place.node is not None:
            self._at(place.node).again += 1

    def _understood(self, place: _Place, intent: str) -> None:
        place.question = None
        if place.is_spoken:
            self._at(SAID).came += 1
        if intent in self.graph.nodes:  # "intent:<name>"
            self._come(place, intent)

    def _decided(self, place: _Place, data: Mapping[str, Any]) -> None:
        if data.get("reason") == "asked" and place.node is not None:
            self._at(place.node).person += 1
        node = _end(data)
        if node in self.graph.nodes:
            self._come(place, node)

    def _come(self, place: _Place, node: str) -> None:
        place.node = node
        self._at(node).came += 1

    def _at(self, node: str) -> Counts:
        return self.counts.setdefault(node, Counts())


def count(events: Iterable[Event], graph: FlowGraph) -> Mapping[str, Counts]:
    """The counts of the nodes that were come to, from events in the order of the log."""
    counting = _Count(graph)
    for event in events:
        counting.take(event)
    return {node: found for node, found in counting.counts.items() if node in graph.nodes}


def _end(data: Mapping[str, Any]) -> str:
    """The node of a decision."""
    kind = data["decision"]
    if kind == "enter_queue":
        return f"group:{data['group']}"
    if kind == "disconnect":
        return f"outcome:{data['reason']}"
    return f"outcome:{_DECISIONS.get(kind, kind)}"
