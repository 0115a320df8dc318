"""`hotline bench search`, its part "quality": how often the right target comes first, on public sets of questions.

The sets are not in the repository: BANKING77 (CC-BY-4.0) and CLINC150 (CC-BY-3.0), in the form of `hotline kb eval`.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from knowledge.errors import EvaluationError
from knowledge.evaluation import Figures, Query, evaluate, figures, read_queries, read_targets
from knowledge.matching import Candidate, Ranking
from knowledge.target import Target

QUICK_EVERY = 10
"""Of the queries one in so many is asked in a quick run."""

Progress = Callable[[str], None]
Yardstick = Callable[[str], tuple[str, float] | None]
"""From a text to the target it finds, and a score that is higher the surer it is."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Files of the folder, and the shares (0…1) that are the goal; of figures without one, None."""

    name: str
    train: str
    test: str
    first: float | None = None
    at_5_percent: float | None = None
    rejected: float | None = None


SETS = (
    QuestionSet("BANKING77, 10 phrasings", "banking77-10shot.train.jsonl", "banking77.test.jsonl", first=0.875),
    QuestionSet("BANKING77, all", "banking77-full.train.jsonl", "banking77.test.jsonl", first=0.944),
    QuestionSet(
        "CLINC150, 10 phrasings", "clinc150-10shot.train.jsonl", "clinc150.test.jsonl", first=0.92, at_5_percent=0.8
    ),
    QuestionSet("CLINC150, all", "clinc150-full.train.jsonl", "clinc150.test.jsonl", rejected=0.92),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one set: ours, and the yardsticks' by their names, on the same queries."""

    questions: QuestionSet
    ours: Figures
    yardsticks: dict[str, Figures]


def measure_quality(folder: Path, every: int, progress: Progress, sets: Sequence[QuestionSet] = SETS) -> list[Quality]:
    """Learn each set and ask every n-th of its queries, by the line's matcher and by each yardstick.

    Raises:
        EvaluationError: a file of the folder is missing or wrong.
        FitError: nothing can be learnt.
    """
    if missing := [name for one in sets for name in (one.train, one.test) if not (folder / name).is_file()]:
        raise EvaluationError(
            f"{folder} has no {missing[0]} — the sets are not part of Hotline; name their folder by --data"
        )
    return [_quality(one, folder, every, progress) for one in sets]


def _quality(questions: QuestionSet, folder: Path, every: int, progress: Progress) -> Quality:
    targets = read_targets(folder / questions.train, "en")
    queries = _thinned(read_queries(folder / questions.test), every)
    progress(f"{questions.name}: learning {len(targets)} targets, then asking {len(queries)} queries")
    ours = evaluate(targets, queries, "en")
    yardsticks = {}
    for name, build in YARDSTICKS.items():
        progress(f"{questions.name}: {name}")
        with build(targets) as find:
            yardsticks[name] = figures(queries, [_ranked(find(query.text)) for query in queries], (0.0,), 0.0)
    return Quality(questions, ours, yardsticks)


def _thinned(queries: Sequence[Query], every: int) -> list[Query]:
    """Every n-th of those in scope and of the others."""
    inside = [query for query in queries if query.target is not None]
    return inside[::every] + [query for query in queries if query.target is None][::every]


def _ranked(found: tuple[str, float] | None) -> Ranking:
    return Ranking("nomatch", () if found is None else (Candidate(*found),))


@contextmanager
def token_set_ratio(targets: Sequence[Target]) -> Iterator[Yardstick]:
    """rapidfuzz: the nearest phrasing of all."""
    phrasings = [phrasing.lower() for target in targets for phrasing in target.phrasings]
    meant = [target.id for target in targets for _ in target.phrasings]

    def find(text: str) -> tuple[str, float] | None:
        best = process.extractOne(text.lower(), phrasings, scorer=fuzz.token_set_ratio)
        return (meant[best[2]], best[1]) if best else None

    yield find


@contextmanager
def best_phrasing(targets: Sequence[Target]) -> Iterator[Yardstick]:
    """SQLite's full text search (bm25), a document for each phrasing."""
    with _full_text([(phrasing, target.id) for target in targets for phrasing in target.phrasings]) as find:
        yield find


@contextmanager
def one_document(targets: Sequence[Target]) -> Iterator[Yardstick]:
    """SQLite's full text search (bm25), a document for each target."""
    with _full_text([("\n".join(target.phrasings), target.id) for target in targets]) as find:
        yield find


YARDSTICKS = {
    "rapidfuzz token_set_ratio": token_set_ratio,
    "FTS5, best phrasing": best_phrasing,
    "FTS5, a document each": one_document,
}


@contextmanager
def _full_text(documents: Sequence[tuple[str, str]]) -> Iterator[Yardstick]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE documents USING fts5(text, target UNINDEXED, tokenize='porter')")
        database.executemany("INSERT INTO documents VALUES (?, ?)", documents)

        def find(text: str) -> tuple[str, float] | None:
            words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
            query = "SELECT target, -bm25(documents) FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT 1"
            found: tuple[str, float] | None = database.execute(query, (words,)).fetchone() if words else None
            return found

        yield find
