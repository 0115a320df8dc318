"""What is published in the knowledge base while the line runs is what the next caller is told. # 000-13 001-9"""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from line_calls import call
from real_line import RealLine, wait_until, word_errors

from ari_app.knowledge_base import open_base
from ari_app.phones.caller import Manners
from ari_app.published.publishing import try_publication
from knowledge.store import ArticleKey, KnowledgeBase
from tickets.events import Event, Kind
from tickets.ticket import Ticket

TAKEN_WITHIN_S = 400.0
KEY = ArticleKey("en", "blue-thing")
NUMBER = "+493023125951"
SAYS = "the blue thing on my table"
"""Which the line does not understand, before it is told of it."""


@pytest.fixture
def base(line: RealLine) -> Iterator[KnowledgeBase]:
    """The base of the running line; afterwards it has the articles that it had."""
    was, base = in_force(line), open_base(line.store)
    yield base
    if any(version.key == KEY for version in base.in_force(datetime.now(UTC).date())):
        base.retire(KEY, "otto", datetime.now(UTC), "the test is over")
    assert wait_until(lambda: in_force(line) == was, TAKEN_WITHIN_S)


def in_force(line: RealLine) -> str:
    event = line.store.events.latest((Kind.DIALPLAN_CHANGED,))
    assert event is not None
    return str(event.data["version"])


def article(base: KnowledgeBase) -> str:
    """One about the blue thing."""
    like = next(version for version in base.in_force(datetime.now(UTC).date()) if version.key.language == "en")
    head, body = like.text.removeprefix("---\n").split("\n---\n", 1)
    keep = [
        line for line in head.splitlines() if line.startswith(("kind:", "category:", "system:", "review:", "owner:"))
    ]
    phrasings = (SAYS, *(f"{SAYS} {what}" for what in ("blinks", "beeps", "is hot", "is broken", "fell down")))
    said = "".join(f"  - {phrasing}\n" for phrasing in phrasings)
    own = f"question: What is the blue thing?\ntopic: the blue thing\nspoken: Leave it alone.\nphrasings:\n{said}"
    return "---\n" + own + "\n".join(keep) + f"\n---\n{body}"


async def live(line: RealLine, before: str) -> str:
    """The version that new calls get, once it is another."""
    assert await asyncio.to_thread(wait_until, lambda: in_force(line) != before, TAKEN_WITHIN_S), refusals(line)
    return in_force(line)


def refusals(line: RealLine) -> Event | None:
    return line.store.events.latest((Kind.DIALPLAN_REFUSED,))


async def told(line: RealLine, folder: Path) -> list[str]:
    """The articles that are read to somebody who says it."""

    def is_heard(ticket: Ticket) -> bool:
        return any(word_errors(SAYS, said) == 0 for said in line.heard_from(ticket, "caller"))

    says = (SAYS, "yes", "yes")
    placed = await call(line, folder, NUMBER, says, Manners(pause_s=2.0, patience_s=40.0), is_understood=is_heard)
    return [tried.article for tried in placed.ticket.articles]


async def test_published_then_retired_then_published_at_its_time(
    line: RealLine, base: KnowledgeBase, tmp_path: Path
) -> None:
    before, text = in_force(line), article(base)
    began = time.monotonic()
    assert await asyncio.to_thread(try_publication, line.settings, KEY, text) == ()
    tried_s = time.monotonic() - began

    version = base.draft(text, KEY, "maria", datetime.now(UTC))
    base.submit(version.id, "maria", datetime.now(UTC))
    base.approve(version.id, "otto", datetime.now(UTC))
    began = time.monotonic()
    with_it = await live(line, before)
    print(f"tried out in {tried_s:.1f} s; live {time.monotonic() - began:.1f} s after approval")  # noqa: T201
    assert await told(line, tmp_path) == [KEY.article]

    base.retire(KEY, "otto", datetime.now(UTC), "nobody has one any more")
    began = time.monotonic()
    assert await live(line, with_it) == before
    assert not (line.settings.knowledge.in_force / KEY.file).exists()
    print(f"gone {time.monotonic() - began:.1f} s after it was retired")  # noqa: T201

    version = base.draft(text, KEY, "maria", datetime.now(UTC))
    base.submit(version.id, "maria", datetime.now(UTC))
    at = datetime.now(UTC) + timedelta(seconds=5)
    base.approve(version.id, "otto", datetime.now(UTC), publish_at=at)
    assert await live(line, before) == with_it
    late_s = (datetime.now(UTC) - at).total_seconds()
    print(f"live {late_s:.1f} s after its time")  # noqa: T201
    assert late_s > 0
