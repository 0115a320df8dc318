"""The flow of a dialplan as a graph: numbers, menus, what is said, intents, articles, and where it all leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialplan.actions import Action
from dialplan.groups import agents_of
from dialplan.loader import Dialplan

NodeKind = Literal["number", "menu", "said", "intent", "articles", "request", "group", "outcome"]
_NAMED_ARTICLES = 4

OUTCOMES: Mapping[str, str] = {
    "solved": "solved",
    "callback": "callback promised",
    "voicemail": "message left",
    "ticket": "ticket written",
    "ticket_status": "status told",
    "send_link": "link sent",
    "survey": "mark given",
    "goodbye": "goodbye",
    "join_outage": "joined to an outage",
}
"""Ends of a call that are no group, by the action or decision that leads there."""


@dataclass(frozen=True, slots=True)
class Node:
    """`id` is kind and name; `notes` are the small lines below the title."""

    id: str
    kind: NodeKind
    title: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """`label` is the keys that lead there, or a word; "" where it always goes on so."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class FlowGraph:
    """`articles` names the node at which an article is read that a key leads to; others are read at SAID_ARTICLES."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    articles: Mapping[str, str] = field(default_factory=dict)


SAID = "said"
SAID_ARTICLES = "articles:said"


def flow_graph(dialplan: Dialplan, articles: int, language: str) -> FlowGraph:
    """The graph of `dialplan` with names in `language`; `articles` is how many there are."""
    return _Drawing(dialplan, language).draw(articles)


class _Drawing:
    def __init__(self, dialplan: Dialplan, language: str) -> None:
        self._dialplan = dialplan
        self._language = language
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str], list[str]] = {}
        self._articles: dict[str, str] = {}

    def draw(self, articles: int) -> FlowGraph:
        menus = self._dialplan.menus
        for number, entry in menus.numbers.items():
            self._add(f"number:{number}", "number", number, entry.language)
            self._join(f"number:{number}", f"menu:{entry.menu}")
            self._join(f"menu:{entry.menu}", SAID, "said")
        self._add(SAID, "said", "in the caller's own words")
        for name in menus.menus:
            self._menu(name)
        for name in menus.intents:
            self._intent(name)
        if articles:
            self._add(SAID_ARTICLES, "articles", f"{articles} articles", "found by what was said")
            self._join(SAID, SAID_ARTICLES)
            self._leads_on(SAID_ARTICLES, {category.group for category in menus.categories.values()})
        edges = (Edge(source, target, " ".join(labels)) for (source, target), labels in self._edges.items())
        return FlowGraph(self._nodes, tuple(edges), self._articles)

    def _menu(self, name: str) -> None:
        menu = self._dialplan.menus.menus[name]
        self._add(f"menu:{name}", "menu", name)
        read: list[str] = []
        for option in menu.options:
            if option.then.article is None:
                self._act(f"menu:{name}", option.then, option.key)
                continue
            read.append(option.then.article)
            self._articles.setdefault(option.then.article, f"articles:{name}")
            self._join(f"menu:{name}", f"articles:{name}", option.key)
        if read:
            more = (f"and {len(read) - _NAMED_ARTICLES} more",) if len(read) > _NAMED_ARTICLES else ()
            title = "1 article" if len(read) == 1 else f"{len(read)} articles"
            self._add(f"articles:{name}", "articles", title, *read[:_NAMED_ARTICLES], *more)
            categories = {option.category for option in menu.options if option.then.article}
            self._leads_on(f"articles:{name}", {self._dialplan.group_of(category) for category in categories})

    def _intent(self, name: str) -> None:
        intent = self._dialplan.menus.intents[name]
        notes = [f"asks {', '.join(intent.slots)}"] if intent.slots else []
        self._add(f"intent:{name}", "intent", name, *notes, *(["asks for proof"] if intent.proof else []))
        self._join(SAID, f"intent:{name}")
        self._act(f"intent:{name}", intent.then)

    def _act(self, source: str, action: Action, label: str = "") -> None:
        for target in self._targets(action):
            self._join(source, target, label)

    def _targets(self, action: Action) -> Iterator[str]:
        kind, value = action.target
        if kind in ("menu", "intent"):
            yield f"{kind}:{value}"
        elif kind == "article":
            yield self._articles.setdefault(value, SAID_ARTICLES)
        elif kind == "queue":
            yield self._group(value.group)
        elif kind == "diagnose":
            for _, branch in action.branches:
                yield from self._targets(branch)
        elif kind == "request":
            yield self._request(value)
        else:
            yield self._outcome(kind)

    def _request(self, name: str) -> str:
        item = self._dialplan.menus.catalogue[name]
        id = f"request:{name}"
        if id not in self._nodes:
            notes = (f"asks {', '.join(item.slots)}",) if item.slots else ()
            self._add(id, "request", item.name.get(self._language, name), *notes)
            if item.link is not None:
                self._join(id, self._outcome("send_link"))
            self._join(id, self._group(item.group))
        return id

    def _leads_on(self, articles: str, groups: set[str]) -> None:
        """An article helps, or a person does."""
        self._join(articles, self._outcome("solved"))
        for group in sorted(groups):
            self._join(articles, self._group(group))

    def _group(self, name: str) -> str:
        agents = len(agents_of(self._dialplan.groups[name]))
        title = self._dialplan.groups[name].name.get(self._language, name)
        return self._add(f"group:{name}", "group", title, f"{agents} agents" if agents != 1 else "1 agent")

    def _outcome(self, kind: str) -> str:
        return self._add(f"outcome:{kind}", "outcome", OUTCOMES[kind])

    def _add(self, id: str, kind: NodeKind, title: str, *notes: str) -> str:
        self._nodes.setdefault(id, Node(id, kind, title, notes))
        return id

    def _join(self, source: str, target: str, label: str = "") -> None:
        labels = self._edges.setdefault((source, target), [])
        if label and label not in labels:
            labels.append(label)
