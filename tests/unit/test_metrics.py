"""The figures by their formulas, over logs that the tests write by hand (D11, 000-15)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tickets.events import Event, Json, Kind
from tickets.metrics.figures import Figures, figures_of
from tickets.metrics.queue_figures import QueueFigures, Targets

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Log:
    """An event log that is written second by second."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, s: float, kind: Kind, of: str | None = None, /, **data: Json) -> None:
        at = MORNING + timedelta(seconds=s)
        self.events.append(Event(len(self.events) + 1, at, kind, of, of, data))

    def agent(self, s: float, name: str, state: str, call: str | None = None, **more: Json) -> None:
        is_at_work: dict[str, Json] = {"pause": None, "is_logged_in": True, "is_reachable": True, "group": None}
        self.tell(s, Kind.AGENT_CHANGED, None, **(is_at_work | {"agent": name, "state": state, "call": call} | more))

    def enter(self, s: float, call: str, group: str = "helpdesk", reason: str = "asked") -> None:
        self.tell(s, Kind.QUEUE_ENTERED, call, group=group, reason=reason)

    def answer(self, s: float, call: str, agent: str = "agent1") -> None:
        self.tell(s, Kind.QUEUE_ANSWERED, call, agent=agent)

    def abandon(self, s: float, call: str) -> None:
        self.tell(s, Kind.QUEUE_ABANDONED, call)

    def leave(self, s: float, call: str, reason: str) -> None:
        self.tell(s, Kind.QUEUE_LEFT, call, reason=reason)

    def hand_on(self, s: float, call: str, leaving: str, to: str, warm: bool) -> None:
        self.tell(s, Kind.TRANSFERRED, call, to=to, warm=warm, **{"from": leaving})

    def figures(self, since: datetime = MORNING, until: datetime | None = None) -> Figures:
        return figures_of(self.events, since, until)

    def helpdesk(self, at_s: float = 1800) -> QueueFigures:
        return self.figures().of(["helpdesk"], MORNING + timedelta(seconds=at_s))


@pytest.fixture
def log() -> Log:
    return Log()


def ten_callers() -> Iterator[tuple[str, float]]:
    """What becomes of each, and after how many seconds: A = 4, B = 3, X = 3."""
    yield from (("answered", 5), ("answered", 20), ("answered", 20.5), ("answered", 60))
    yield from (("abandoned", 3), ("abandoned", 6), ("abandoned", 40))
    yield from (("request_callback", 30), ("leave_message", 10), ("nobody", 25))


@pytest.fixture
def busy(log: Log) -> Log:
    for number, (what, wait) in enumerate(ten_callers()):
        call, came = f"call{number}", number * 100.0
        log.enter(came, call)
        match what:
            case "answered":
                log.answer(came + wait, call)
            case "abandoned":
                log.abandon(came + wait, call)
            case reason:
                log.leave(came + wait, call, reason)
    return log


def test_every_formula_on_ten_callers(busy: Log) -> None:
    figures = busy.helpdesk()
    assert (figures.tally.answered, figures.tally.abandoned, figures.left_otherwise, figures.offered) == (4, 3, 3, 10)
    assert figures.service_level == 2 / (10 - 2 - 1)  # A_T / (O - B_s - X_cb)
    assert figures.events == 4 + 3 + 2  # the callback and `nobody` came to T first
    assert figures.service_level_ignoring == 2 / (9 - 2)
    assert figures.service_level_negative == 2 / 9
    assert figures.service_level_positive == (2 + 2) / 9
    assert figures.service_level_vonage == 2 / 10
    assert figures.service_level_asterisk == 2 / 4
    assert figures.service_level_asterisk_2 == (2 + 2) / (4 + 3)
    assert figures.asa_s == pytest.approx((5 + 20 + 20.5 + 60) / 4)
    assert figures.abandonment == (3 - 2) / (10 - 2)
    assert figures.time_to_abandon_s == pytest.approx((3 + 6 + 40) / 3)
    assert figures.access_rate == 4 / 10


def test_the_targets_are_settable(busy: Log) -> None:
    targets = Targets(timedelta(seconds=60), timedelta(seconds=3))
    figures = figures_of(busy.events, MORNING, targets=targets).of(["helpdesk"], MORNING + timedelta(hours=1))
    assert figures.service_level == 4 / (10 - 1 - 1)
    assert figures.abandonment == (3 - 1) / (10 - 1)


def test_without_a_call_there_is_no_figure(log: Log) -> None:
    figures = log.helpdesk()
    shares = (figures.service_level, figures.service_level_negative, figures.abandonment, figures.access_rate)
    assert (*shares, figures.asa_s, figures.time_to_abandon_s, figures.aht_s) == (None,) * 7


def test_who_still_waits_is_not_offered_yet_but_late_after_t(log: Log) -> None:
    log.enter(0, "a")
    log.enter(30, "b")
    figures = log.helpdesk(at_s=40)
    assert (figures.offered, figures.waiting, figures.waiting_late, figures.events) == (0, 2, 1, 1)
    assert figures.service_level_negative == 0
    assert figures.service_level is None


def test_a_call_belongs_to_the_interval_in_which_it_entered(log: Log) -> None:
    log.enter(1799, "a")
    log.answer(1810, "a")
    half_past = MORNING + timedelta(minutes=30)
    assert log.figures(until=half_past).of(["helpdesk"], half_past).tally.answered == 1
    assert log.figures(since=half_past).of(["helpdesk"], half_past).tally.answered == 0


def test_handed_on_is_another_visit_whose_wait_begins_there(log: Log) -> None:
    log.enter(0, "a")
    log.answer(10, "a")
    log.hand_on(100, "a", "agent1", "group:network", warm=False)
    log.tell(100, Kind.QUEUE_ENTERED, "a", group="network", reason="transferred", since=MORNING.isoformat())
    log.answer(104, "a", "net1")
    figures, at = log.figures(), MORNING + timedelta(hours=1)
    assert figures.of(["helpdesk"], at).asa_s == 10
    assert figures.of(["network"], at).asa_s == 4
    assert figures.of(["helpdesk", "network"], at).asa_s == 7


def test_returned_to_the_queue_he_is_offered_again(log: Log) -> None:
    log.enter(0, "a")
    log.answer(5, "a")
    log.tell(50, Kind.RETURNED_TO_QUEUE, "a", agent="agent1", reason="lost")
    log.enter(50, "a", reason="returned")
    log.abandon(80, "a")
    figures = log.helpdesk()
    assert (figures.offered, figures.tally.answered, figures.tally.abandoned) == (2, 1, 1)


def test_a_restart_leaves_the_visit_as_it_is(log: Log) -> None:
    log.enter(0, "a")
    log.tell(12, Kind.CALL_RESUMED, "a")
    log.answer(15, "a")
    assert (log.helpdesk().asa_s, log.helpdesk().offered) == (15, 1)


def test_a_call_that_was_lost_while_it_waited_has_left(log: Log) -> None:
    log.enter(0, "a")
    log.tell(9, Kind.CALL_FINISHED, "a", cause=None)
    assert (log.helpdesk().left_otherwise, log.helpdesk().waiting) == (1, 0)


def test_moved_to_another_group_he_has_left_the_first(log: Log) -> None:
    log.enter(0, "a")
    log.enter(9, "a", group="network", reason="moved")
    assert (log.helpdesk().left_otherwise, log.helpdesk().waiting) == (1, 0)
    assert log.figures().of(["network"], MORNING + timedelta(seconds=10)).waiting == 1


def test_whom_we_have_called_back_is_no_visitor(log: Log) -> None:
    log.enter(0, "a")
    log.leave(30, "a", "request_callback")
    log.enter(300, "a", reason="callback")
    log.answer(305, "a")
    figures = log.helpdesk()
    assert (figures.offered, figures.tally.called_back, figures.tally.answered) == (1, 1, 0)
    assert figures.service_level is None  # O - B_s - X_cb is nothing


def test_handling_is_talk_hold_and_wrap_up_of_calls_that_are_over(log: Log) -> None:
    log.agent(0, "agent1", "ready")
    log.enter(0, "a")
    log.agent(2, "agent1", "ringing", "a")
    log.agent(5, "agent1", "talking", "a")
    log.answer(5.1, "a")
    log.agent(65, "agent1", "hold", "a")
    log.agent(95, "agent1", "talking", "a")
    assert log.helpdesk(at_s=100).aht_s is None  # nobody knows yet
    log.agent(105, "agent1", "wrap_up", "a")
    log.tell(105, Kind.CALL_FINISHED, "a", cause=16)
    log.agent(125, "agent1", "ready")
    tally = log.helpdesk().tally
    assert [part.total_seconds() for part in (tally.talk, tally.hold, tally.wrap_up)] == [70, 30, 20]
    assert log.helpdesk().aht_s == 120


def test_handling_that_is_told_before_the_answer_is_counted(log: Log) -> None:
    log.enter(0, "a")
    log.agent(5, "agent1", "talking", "a")
    log.agent(6, "agent1", "hold", "a")
    log.answer(5, "a")  # a database that was locked: the ticket's events come late
    log.agent(8, "agent1", "ready")
    assert log.helpdesk().aht_s == 3


def test_both_agents_of_a_warm_transfer_handle_one_visit(log: Log) -> None:
    log.enter(0, "a")
    log.agent(5, "agent1", "talking", "a")
    log.answer(5, "a")
    log.agent(10, "agent1", "hold", "a")
    log.agent(20, "agent2", "talking", "a")
    log.hand_on(30, "a", "agent1", "agent2", warm=True)
    log.agent(30, "agent1", "wrap_up", "a")
    log.agent(40, "agent1", "ready")
    log.agent(60, "agent2", "ready")
    assert log.helpdesk().tally.handled == 1
    assert log.helpdesk().aht_s == 5 + 20 + 10 + 40


def test_occupancy_leaves_pauses_out_and_begins_with_the_window(log: Log) -> None:
    log.agent(-600, "agent1", "ready")
    log.agent(60, "agent1", "ringing", "a")
    log.agent(65, "agent1", "talking", "a")
    log.agent(165, "agent1", "wrap_up", "a")
    log.agent(185, "agent1", "ready", pause="lunch")
    log.agent(900, "agent1", "ready")
    spent = log.figures().time_of(["agent1"], MORNING + timedelta(seconds=915))
    assert (spent.handling.total_seconds(), spent.available.total_seconds()) == (120, 65 + 15)
    assert spent.occupancy == 120 / 200


def test_an_agent_who_is_away_is_not_available(log: Log) -> None:
    log.agent(0, "agent1", "ready")
    log.agent(10, "agent1", "ready", is_reachable=False)
    log.agent(500, "agent1", "ready", is_reachable=True, is_logged_in=False)
    assert log.figures().time_of(["agent1"], MORNING + timedelta(hours=1)).available.total_seconds() == 10


def call_of_the_line(log: Log, call: str, notice: bool = False) -> None:
    log.tell(0, Kind.TICKET_OPENED, call, caller="", dialled="100", language="en")
    log.tell(1, Kind.SAID, call, turn=1, who="line", prompts=["menu.main"], question="main")
    if notice:
        log.tell(2, Kind.SAID, call, turn=2, who="line", prompts=["outage.notice", "outage.is_it"], question="outage")


def solve(log: Log, s: float, call: str) -> None:
    log.tell(s, Kind.STATUS_CHANGED, call, old="open", new="solved")


def test_contacts_solved_at_once_contained_and_suppressed(log: Log) -> None:
    for call in ("line", "agent", "later", "handed"):
        call_of_the_line(log, call)
    for call in ("me_too", "not_me"):
        call_of_the_line(log, call, notice=True)
    solve(log, 10, "line")
    log.tell(11, Kind.OUTAGE_JOINED, "me_too", outage=1, parent="100001")
    for call in ("agent", "later", "handed"):
        log.enter(20, call)
        log.answer(21, call, f"of {call}")
        log.agent(21, f"of {call}", "talking", call)
    log.hand_on(30, "handed", "of handed", "x", warm=True)
    for call in ("line", "agent", "later", "handed", "me_too", "not_me"):
        log.agent(60, f"of {call}", "wrap_up", call)
        log.tell(60, Kind.CALL_FINISHED, call, cause=16)
    solve(log, 70, "agent")  # while he wraps up
    for call in ("agent", "later", "handed"):
        log.agent(80, f"of {call}", "ready")
    solve(log, 90, "later")
    tally = log.figures().contacts
    assert (tally.all, tally.solved_at_once) == (6, 2)
    assert tally.fcr_gross == 2 / 6
    assert tally.fcr_net == 2 / (6 - 2)
    assert tally.containment == 1 / 6
    assert tally.suppression == 1 / 2
    log.tell(9000, Kind.STATUS_CHANGED, "agent", old="solved", new="open")
    assert log.figures().contacts.fcr_gross == 1 / 6
