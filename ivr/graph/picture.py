"""The graph of a dialplan drawn as SVG, with what happened at each node."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from ivr.graph.counting import Counts
from ivr.graph.flow_graph import FlowGraph, Node
from ivr.graph.layout import Layout, lay_out

STYLE = Path(__file__).with_name("picture.css")

_WIDTH = 204.0
_LANE = 84.0
"""The room between two columns, for the edges."""
_GAP = 16.0
_MARGIN = 24.0
_TITLE = 30.0
_LINE = 16.0
_LONGEST, _LONGEST_NOTE = 25, 31
"""Characters that fit into the title and the notes of a node."""
_LAST = ("group:", "outcome:")


@dataclass(frozen=True, slots=True)
class _Drawing:
    graph: FlowGraph
    counts: Mapping[str, Counts]
    layout: Layout

    @property
    def width(self) -> float:
        return self._x(max(self.layout.column.values(), default=0)) + _WIDTH + _MARGIN

    @property
    def height(self) -> float:
        return self.layout.height + 2 * _MARGIN

    def edges(self) -> Iterator[str]:
        for edge in self.graph.edges:
            points = self._points(edge.source, edge.target)
            word = "said" if edge.label == "said" else ""
            yield f'<path class="edge {word}" d="{_curve(points)}"/>'
            if edge.label and not word:
                x, y = points[1]
                yield f'<text class="key" x="{x - 6:.0f}" y="{y - 5:.0f}">{escape(edge.label)}</text>'

    def nodes(self) -> Iterator[str]:
        for node in self.graph.nodes.values():
            lines = _lines(node, self.counts.get(node.id))
            x, middle, height = self._x(self.layout.column[node.id]), self._y(node.id), _height(lines)
            yield f'<g class="node {node.kind}" transform="translate({x:.1f} {middle - height / 2:.1f})">'
            yield f"<title>{escape(_explained(node, self.counts.get(node.id)))}</title>"
            yield f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" rx="9"/>'
            yield f'<text class="title" x="12" y="20">{escape(_short(node.title))}</text>'
            for index, (kind, line) in enumerate(lines):
                y = _TITLE + _LINE * index + 8
                yield f'<text class="{kind}" x="12" y="{y:.0f}">{line}</text>'
            yield "</g>"

    def _points(self, source: str, target: str) -> list[tuple[float, float]]:
        """From the right side of the source over the bends to the left side of the target."""
        begin = (self._x(self.layout.column[source]) + _WIDTH, self._y(source))
        end = (self._x(self.layout.column[target]), self._y(target))
        bends = self.layout.bends.get((source, target), ())
        if end[0] < begin[0]:
            bends = bends[::-1]
        over: list[tuple[float, float]] = []
        for column, y in bends:
            sides = (self._x(column), self._x(column) + _WIDTH)
            over += [(x, y + _MARGIN) for x in (sides if end[0] > begin[0] else sides[::-1])]
        return [begin, *over, end]

    def _x(self, column: int) -> float:
        return _MARGIN + column * (_WIDTH + _LANE)

    def _y(self, node: str) -> float:
        return self.layout.middle[node] + _MARGIN


def draw(graph: FlowGraph, counts: Mapping[str, Counts], title: str, style: str | None = None) -> str:
    """The picture as one `<svg>` element. A page brings the style of its own; a file needs `style`, CSS."""
    heights = {node.id: _height(_lines(node, counts.get(node.id))) for node in graph.nodes.values()}
    last = frozenset(id for id in graph.nodes if id.startswith(_LAST))
    layout = lay_out(heights, [(edge.source, edge.target) for edge in graph.edges], last, _GAP)
    drawing = _Drawing(graph, counts, layout)
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    view = f'viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" aria-label={quoteattr(title)} {size} {view}>'
    )
    styled = f"<style>{style}</style>" if style is not None else ""
    return "\n".join((head, styled, *drawing.edges(), *drawing.nodes(), "</svg>"))


def _lines(node: Node, counts: Counts | None) -> list[tuple[str, str]]:
    """Class and (escaped) content of each line below the title."""
    lines = [("note", escape(line)) for note in node.notes for line in wrap(note, _LONGEST_NOTE)]
    if counts is None:
        return lines
    lines.append(("count", _calls(counts.came)))
    trouble = (("again", counts.again), ("left", counts.left), ("person", counts.person))
    told = [f'<tspan class="{kind}">{kind} {number}</tspan>' for kind, number in trouble if number]
    return [*lines, ("trouble", " · ".join(told))] if told else lines


def _explained(node: Node, counts: Counts | None) -> str:
    if counts is None:
        return node.title
    return (
        f"{node.title}: {_calls(counts.came)}, asked again {counts.again} times, "
        f"{counts.left} hung up here, {counts.person} asked for a person"
    )


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"


def _height(lines: list[tuple[str, str]]) -> float:
    return _TITLE + _LINE * len(lines) + (6 if lines else 0)


def _curve(points: list[tuple[float, float]]) -> str:
    """A path that is level at each point."""
    (x, y), *rest = points
    path = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        half = (x + to_x) / 2
        path += f" C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return path


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
