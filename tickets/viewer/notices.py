"""What every page says on top, as long as it is true: that the line could not take an edit of the dialplan."""

from typing import cast

from tickets.events import Kind
from tickets.store import EventStore, StoreError
from tickets.viewer.words import Words


def notices(events: EventStore, words: Words) -> list[str]:
    """Sentences; none when all is well, or when the database does not answer: then the page says so itself."""
    try:
        last = events.latest((Kind.DIALPLAN_CHANGED, Kind.DIALPLAN_REFUSED))
    except StoreError:
        return []
    if last is None or last.kind != Kind.DIALPLAN_REFUSED:
        return []
    problems, count = cast(list[str], last.data["problems"]), cast(int, last.data["count"])
    known = {"first": problems[0], "version": str(last.data["version"])}
    return [words("notice.dialplan", **known) if count == 1 else words("notice.dialplan.more", more=count - 1, **known)]
