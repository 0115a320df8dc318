"""The dialplan as a graph: its nodes, where they stand, and what is counted at them. # D8"""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from itertools import count as counter
from itertools import pairwise

import pytest
from desk import shipped

from ivr.graph.counting import Counts, count
from ivr.graph.flow_graph import SAID, SAID_ARTICLES, FlowGraph, flow_graph
from ivr.graph.layout import lay_out
from ivr.graph.picture import draw
from tickets.events import Event, Json, Kind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def graph() -> FlowGraph:
    return flow_graph(shipped(), 82, "en")


def test_everything_of_the_dialplan_is_in_it(graph: FlowGraph) -> None:
    menus = shipped().menus
    expected = {
        *(f"number:{name}" for name in menus.numbers),
        *(f"menu:{name}" for name in menus.menus),
        *(f"intent:{name}" for name in menus.intents),
        *(f"group:{name}" for name in shipped().groups),
        "outcome:solved",
        SAID,
        SAID_ARTICLES,
    }
    assert expected <= set(graph.nodes)
    assert all({edge.source, edge.target} <= set(graph.nodes) for edge in graph.edges)
    labels = {(edge.source, edge.target): edge.label for edge in graph.edges}
    assert labels["menu:main", "menu:email"] == "2"
    assert labels["menu:accounts", "articles:accounts"] == "1 2 3"
    assert graph.articles["account-locked"] == "articles:accounts"


def test_nodes_of_a_column_do_not_touch_and_edges_lead_to_the_right() -> None:
    heights = {"a": 40.0, "b": 60.0, "c": 20.0, "d": 40.0, "end": 30.0}
    edges = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "end"), ("a", "end"), ("d", "a")]
    layout = lay_out(heights, edges, frozenset({"end"}), 10.0)
    assert layout.column == {"a": 0, "b": 1, "c": 1, "d": 1, "end": 2}
    in_order = sorted(("b", "c", "d"), key=lambda node: layout.middle[node])
    for above, below in pairwise(in_order):
        assert layout.middle[below] - layout.middle[above] >= (heights[above] + heights[below]) / 2 + 10 - 1e-6
    assert [column for column, _ in layout.bends["a", "end"]] == [1]
    assert all(heights[node] / 2 - 1e-6 <= y <= layout.height for node, y in layout.middle.items())


def test_a_dialplan_whose_menus_lead_round_in_a_circle_has_a_picture() -> None:
    layout = lay_out(dict.fromkeys("xyz", 10.0), [("x", "y"), ("y", "z"), ("z", "x"), ("y", "y")], frozenset(), 5.0)
    assert layout.column == {"x": 0, "y": 1, "z": 2}


def call(call_id: str, *happened: tuple[Kind, dict[str, Json]]) -> list[Event]:
    opened: dict[str, Json] = {"caller": "", "dialled": "5000", "language": "en"}
    ids = counter(1)
    whole = ((Kind.TICKET_OPENED, opened), *happened, (Kind.CALL_FINISHED, {"cause": 16}))
    return [Event(next(ids), NOON, kind, call_id, "100001", data) for kind, data in whole]


def asked(question: str) -> tuple[Kind, dict[str, Json]]:
    return Kind.SAID, {"turn": 1, "who": "line", "prompts": [], "question": question}


def heard(kind: str) -> tuple[Kind, dict[str, Json]]:
    return Kind.HEARD, {"question": "", "heard": {"kind": kind}}


def understood(intent: str) -> tuple[Kind, dict[str, Json]]:
    return Kind.UNDERSTOOD, {"intent": intent, "confidence": 1.0, "category": "accounts"}


def test_where_callers_leave_ask_again_and_ask_for_a_person(graph: FlowGraph) -> None:
    by_key = call(
        "1",
        *(asked("main"), heard("no_input"), asked("main"), heard("digits"), understood("category:accounts")),
        *(asked("accounts"), heard("digits"), understood("category:accounts")),
        *((Kind.ARTICLE_TRIED, {"article": "account-locked", "helped": None}), asked("helped")),
    )
    by_voice = call(
        "2",
        *(asked("main"), heard("utterance"), understood("intent:appointment"), asked("day"), heard("digits")),
        (Kind.DECIDED, {"decision": "enter_queue", "group": "helpdesk", "reason": "asked"}),
        (Kind.DECIDED, {"decision": "leave_message", "group": "helpdesk"}),
    )
    counts = count([*by_key, *by_voice], graph)
    assert counts["number:5000"] == Counts(came=2)
    assert counts["menu:main"] == Counts(came=2, again=1)
    assert counts["menu:accounts"] == Counts(came=1)
    assert counts["articles:accounts"] == Counts(came=1, left=1)
    assert counts[SAID] == Counts(came=1)
    assert counts["intent:appointment"] == Counts(came=1, person=1)
    assert counts["group:helpdesk"] == Counts(came=1)
    assert "outcome:voicemail" not in counts


def test_the_picture_is_well_formed_and_says_what_was_counted(graph: FlowGraph) -> None:
    picture = ElementTree.fromstring(draw(graph, {"menu:main": Counts(12, 3, 2, 1)}, 'A "flow" & more', "* {}"))  # noqa: S314
    nodes = list(picture.iter(f"{SVG}g"))
    assert len(nodes) == len(graph.nodes)
    (main,) = (node for node in nodes if node.findtext(f"{SVG}title", "").startswith("main:"))
    words = ["".join(text.itertext()) for text in main.iter(f"{SVG}text")]
    assert words == ["main", "12 calls", "again 3 · left 2 · person 1"]
    assert picture.get("aria-label") == 'A "flow" & more'
    assert len(list(picture.iter(f"{SVG}path"))) == len(graph.edges)
