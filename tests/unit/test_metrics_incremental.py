"""What was counted event by event equals what is recomputed from the log at that instant, for any log (D11)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.events import Event, Json, Kind
from tickets.metrics.figures import Figures, figures_of
from tickets.metrics.queue_figures import QueueFigures
from tickets.metrics.visits import Outcome, Visit, Visits

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
CALLS, AGENTS, GROUPS = ["a", "b", "c"], ["agent1", "agent2"], ["helpdesk", "network"]
_QUEUE: list[tuple[Kind, Mapping[str, Json]]] = [
    *((Kind.QUEUE_ENTERED, {"group": group, "reason": why}) for group in GROUPS for why in ("asked", "callback")),
    *((Kind.QUEUE_ANSWERED, {"agent": agent}) for agent in AGENTS),
    (Kind.QUEUE_ABANDONED, {}),
    *((Kind.QUEUE_LEFT, {"reason": reason}) for reason in ("nobody", "request_callback")),
    (Kind.CALL_FINISHED, {"cause": 16}),
]


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Anything at all in any order, and now and then a time that lies before that of the event before it."""
    events: list[Event] = []
    moment = MIDNIGHT - timedelta(minutes=20)
    for number in range(draw(st.integers(0, 60))):
        moment += timedelta(milliseconds=draw(st.integers(-2_000, 120_000)))
        call: str | None = draw(st.sampled_from(CALLS))
        if draw(st.booleans()):
            kind, data = draw(st.sampled_from(_QUEUE))
        else:
            kind, data, call = Kind.AGENT_CHANGED, draw(_agents(call)), None
        events.append(Event(number + 1, moment, kind, call, call, data))
    return events


def _agents(call: str | None) -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries(
        {
            "agent": st.sampled_from(AGENTS),
            "state": st.sampled_from(["ready", "ringing", "talking", "hold", "wrap_up", "resting"]),
            "pause": st.sampled_from([None, None, "lunch"]),
            "is_logged_in": st.sampled_from([True, True, False]),
            "is_reachable": st.just(True),
            "call": st.sampled_from([call, None]),
            "group": st.just("helpdesk"),
        }
    )


@settings(max_examples=150, deadline=None)
@given(logs(), st.integers(0, 60), st.integers(0, 600))
def test_counted_as_it_happens_equals_recomputed(log: list[Event], cut: int, later_s: int) -> None:
    counted = Figures(MIDNIGHT)
    for event in log[:cut]:
        counted.take(event)
    at = max((event.at for event in log), default=MIDNIGHT) + timedelta(seconds=later_s)
    for figure in (counted.of(GROUPS, at), counted.of_late(GROUPS, at)):
        assert figure.offered >= 0  # looking changes nothing
    for event in log[cut:]:
        counted.take(event)
    assert counted.of(GROUPS, at) == figures_of(log, MIDNIGHT).of(GROUPS, at)
    assert counted.time_of(AGENTS, at) == figures_of(log, MIDNIGHT).time_of(AGENTS, at)
    assert counted.of_late(GROUPS, at) == figures_of(log, at - counted.lately).of(GROUPS, at)


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from(GROUPS))
def test_the_counts_are_those_of_the_visits_one_by_one(log: list[Event], group: str) -> None:
    at = max((event.at for event in log), default=MIDNIGHT)
    _agree(figures_of(log, MIDNIGHT).of([group], at), [visit for visit in _visits(log) if visit.group == group])


def _visits(log: list[Event]) -> list[Visit]:
    """All that began in the day, as they ended."""
    visits = Visits()
    found = {change.after.id: change.after for event in log for change in visits.take(event)}
    return [visit for visit in found.values() if visit.entered_at >= MIDNIGHT]


def _agree(figures: QueueFigures, visits: list[Visit]) -> None:
    def count(outcome: Outcome, within_s: float = 10**9) -> int:
        wait = timedelta(seconds=within_s)
        return sum(visit.outcome is outcome and visit.waited(MIDNIGHT) <= wait for visit in visits)

    answered, abandoned = count(Outcome.ANSWERED), count(Outcome.ABANDONED)
    offered = len(visits) - count(Outcome.WAITING)
    assert (figures.tally.answered, figures.tally.abandoned, figures.offered) == (answered, abandoned, offered)
    short, called_back = count(Outcome.ABANDONED, 6), count(Outcome.CALLBACK)
    below = offered - short - called_back
    assert figures.service_level == (count(Outcome.ANSWERED, 20) / below if below > 0 else None)
    assert figures.abandonment == ((abandoned - short) / (offered - short) if offered > short else None)
    assert figures.waiting == count(Outcome.WAITING)
