"""Places for the nodes of a graph: columns from left to right, few crossings, edges that pass between the nodes.

The method is Sugiyama's: a column for each step, edges over several columns split by bends, the order in a column by
the mean place of the neighbours, then heights that draw each node to its neighbours without touching the next one.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 24
_BEND_HEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Layout:
    """`column` and `middle` of each node (the height of its middle, from 0 down); `bends` of each edge, the same."""

    column: Mapping[str, int]
    middle: Mapping[str, float]
    bends: Mapping[tuple[str, str], tuple[tuple[int, float], ...]]
    height: float


def lay_out(heights: Mapping[str, float], edges: Iterable[tuple[str, str]], last: frozenset[str], gap: float) -> Layout:
    """Lay out nodes of these heights, `gap` apart; those in `last` stand in the last column. Edges that lead back are
    allowed, and drawn back."""
    edges = [edge for edge in edges if edge[0] != edge[1]]
    forward = _without_cycles(list(heights), edges)
    column = _columns(list(heights), forward, last)
    grid = _Grid(heights, column, edges, gap)
    grid.order()
    grid.settle()
    return grid.layout()


def _without_cycles(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges without those that lead back to where one came from."""
    after: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    done: set[str] = set()
    back: set[tuple[str, str]] = set()
    for start in nodes:
        path: list[str] = []
        open_ends: list[tuple[str, bool]] = [(start, False)]
        while open_ends:
            node, is_over = open_ends.pop()
            if is_over:
                path.pop()
                done.add(node)
            elif node not in done and node not in path:
                path.append(node)
                open_ends.append((node, True))
                back |= {(node, target) for target in after[node] if target in path}
                open_ends += [(target, False) for target in reversed(after[node]) if target not in path]
    return [edge for edge in edges if edge not in back]


def _columns(nodes: Sequence[str], edges: Sequence[tuple[str, str]], last: frozenset[str]) -> dict[str, int]:
    """The longest way that leads to each node."""
    column = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for source, target in edges:
            column[target] = max(column[target], column[source] + 1)
    rightmost = max([column[node] for node in nodes if node not in last], default=-1) + 1
    return {node: rightmost if node in last else column[node] for node in nodes}


class _Grid:
    """Columns of nodes and bends; a bend is known by its edge and column."""

    def __init__(
        self, heights: Mapping[str, float], column: Mapping[str, int], edges: Sequence[tuple[str, str]], gap: float
    ) -> None:
        self._gap = gap
        self._column = column
        self._edges = edges
        self._height: dict[Hashable, float] = {node: height for node, height in heights.items()}
        self._columns: list[list[Hashable]] = [[] for _ in range(max(column.values(), default=0) + 1)]
        self._near: dict[Hashable, list[tuple[Hashable, int]]] = defaultdict(list)
        self._y: dict[Hashable, float] = {}
        for node in heights:
            self._columns[column[node]].append(node)
        for edge in edges:
            self._split(edge)

    def _split(self, edge: tuple[str, str]) -> None:
        source, target = sorted(edge, key=lambda node: self._column[node])
        chain: list[Hashable] = [source]
        for place in range(self._column[source] + 1, self._column[target]):
            bend = (edge, place)
            self._columns[place].append(bend)
            self._height[bend] = _BEND_HEIGHT
            chain.append(bend)
        chain.append(target)
        for left, right in pairwise(chain):
            self._near[left].append((right, 1))
            self._near[right].append((left, -1))

    def order(self) -> None:
        """Sweep to and fro, each column in the order of what it is joined with in the one before; keep the best."""
        best, fewest = [list(column) for column in self._columns], self._crossings()
        for sweep in range(_SWEEPS):
            forward = sweep % 2 == 0
            for column in self._columns if forward else reversed(self._columns):
                place = {item: index for other in self._columns for index, item in enumerate(other)}
                side = -1 if forward else 1
                column.sort(key=lambda item: self._mean(item, place, side))
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(column) for column in self._columns], crossings
        self._columns = best

    def _mean(self, item: Hashable, place: Mapping[Hashable, float], side: int) -> float:
        places = [place[other] for other, at in self._near[item] if at == side]
        return sum(places) / len(places) if places else place[item]

    def _crossings(self) -> int:
        place = {item: index for column in self._columns for index, item in enumerate(column)}
        found = 0
        for column in self._columns:
            ends = [(place[one], place[other]) for one in column for other, at in self._near[one] if at == 1]
            found += sum(
                (first[0] - second[0]) * (first[1] - second[1]) < 0
                for index, first in enumerate(ends)
                for second in ends[:index]
            )
        return found

    def settle(self) -> None:
        """Heights: first one below the other, then each towards the mean of its neighbours."""
        for column in self._columns:
            self._place(column, {item: 0.0 for item in column})
        for sweep in range(_SWEEPS):
            side = (-1, 1, 0)[sweep % 3]
            for column in self._columns if side <= 0 else reversed(self._columns):
                self._place(column, {item: self._wanted(item, side) for item in column})

    def _wanted(self, item: Hashable, side: int) -> float:
        near = [self._y[other] for other, at in self._near[item] if side in (0, at)]
        return sum(near) / len(near) if near else self._y[item]

    def _place(self, column: Sequence[Hashable], wanted: Mapping[Hashable, float]) -> None:
        """As near to the wanted heights as the order and the gaps allow: neighbours that would overlap become a block
        around the mean of their wishes."""
        blocks: list[tuple[list[Hashable], float]] = []
        for item in column:
            blocks.append(([item], wanted[item]))
            while len(blocks) > 1 and self._top(blocks[-1]) < self._top(blocks[-2]) + self._extent(blocks[-2][0]):
                items, middle = blocks.pop()
                above, its_middle = blocks.pop()
                share = len(above) / (len(above) + len(items))
                blocks.append((above + items, its_middle * share + middle * (1 - share)))
        for block in blocks:
            top = self._top(block)
            for item in block[0]:
                self._y[item] = top + self._height[item] / 2
                top += self._height[item] + self._gap

    def _extent(self, items: Sequence[Hashable]) -> float:
        return sum(self._height[item] + self._gap for item in items)

    def _top(self, block: tuple[list[Hashable], float]) -> float:
        return block[1] - (self._extent(block[0]) - self._gap) / 2

    def layout(self) -> Layout:
        top = min((self._y[item] - self._height[item] / 2 for item in self._y), default=0.0)
        bottom = max((self._y[item] + self._height[item] / 2 for item in self._y), default=0.0)
        bends = {
            edge: tuple(
                (place, self._y[edge, place] - top) for place in range(len(self._columns)) if (edge, place) in self._y
            )
            for edge in self._edges
        }
        middle = {node: self._y[node] - top for node in self._column}
        return Layout(self._column, middle, bends, bottom - top)
