"""The line's dialplan drawn with what happened in its calls."""

from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ari_app.settings import Settings
from dialplan.loader import load_dialplan
from ivr.graph.counting import COUNTED, count
from ivr.graph.flow_graph import flow_graph
from ivr.graph.picture import STYLE, draw
from knowledge.library import load_library
from tickets.store import open_store


@dataclass(frozen=True, slots=True)
class DrawnDialplan:
    """The picture, and what it shows as JSON; `calls` is how many were counted."""

    svg: str
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    calls: int


def draw_dialplan(settings: Settings, since: datetime | None, language: str) -> DrawnDialplan:
    """The files as they are now, with the calls since then (of all times when None).

    Raises:
        DialplanError, KnowledgeError, StoreError: what cannot be read.
    """
    articles = load_library(settings.knowledge.in_force).in_language(language)
    graph = flow_graph(load_dialplan(settings.dialplan), len(articles), language)
    with closing(open_store(settings.tickets)) as store:
        counts = count(store.events.since(since, COUNTED), graph)
    nodes = [
        {**asdict(node), "counts": asdict(counts[node.id]) if node.id in counts else None}
        for node in graph.nodes.values()
    ]
    calls = sum(found.came for node, found in counts.items() if node.startswith("number:"))
    svg = draw(graph, counts, "The flow of the dialplan", STYLE.read_text(encoding="utf-8"))
    return DrawnDialplan(svg, nodes, [asdict(edge) for edge in graph.edges], calls)
