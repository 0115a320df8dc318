"""What articles do for callers, from the event log. # 000-18"""

from datetime import UTC, datetime, timedelta

from tickets.events import Event, Json, Kind
from tickets.metrics.answers import AnswerLog, Answers, answers_in

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = ("en", "vpn-slow")
DAY = timedelta(days=1)


class Log:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: Kind, call: str | None, at: datetime, **data: Json) -> None:
        self.events.append(Event(len(self.events) + 1, at, kind, call, None, data))

    def call(self, id: str, at: datetime, *helped: bool | None, solved: bool = False, agent: bool = False) -> None:
        self.add(Kind.TICKET_OPENED, id, at, caller="", dialled="100", language="en")
        for one in helped:
            self.add(Kind.ARTICLE_TRIED, id, at, article=KEY[1], helped=one)
        if agent:
            self.add(Kind.QUEUE_ANSWERED, id, at, agent="ann")
        if solved:
            self.add(Kind.STATUS_CHANGED, id, at, old="open", new="solved", by=None)
        self.add(Kind.CALL_FINISHED, id, at, cause=16)

    def rate(self, at: datetime, by: str, helped: bool) -> None:
        self.add(Kind.ARTICLE_RATED, None, at, language="en", article=KEY[1], helped=helped, by=by)


def counted(log: Log) -> Answers:
    return answers_in(log.events).by_article()[KEY]


def test_told_helped_and_not_helped() -> None:
    log = Log()
    log.call("one", START, None, True, solved=True)
    log.call("two", START, None, False, agent=True)
    log.call("three", START, None)
    answers = counted(log)
    assert (answers.told, answers.helped, answers.not_helped) == (3, 1, 1)
    assert (answers.calls, answers.contained, answers.containment) == (3, 1, 1 / 3)
    assert answers.help_rate == 0.5


def test_told_again_after_a_restart_it_counts_once() -> None:
    log = Log()
    log.call("one", START, None, True, None, solved=True)
    assert (counted(log).told, counted(log).helped) == (1, 1)


def test_an_agent_has_solved_it() -> None:
    log = Log()
    log.call("one", START, None, False, solved=True, agent=True)
    assert (counted(log).calls, counted(log).contained) == (1, 0)


def test_the_last_word_of_a_user_counts() -> None:
    log = Log()
    for by, helped in (("ann", False), ("bob", True), ("ann", True)):
        log.rate(START, by, helped)
    assert (counted(log).rated, counted(log).liked, counted(log).help_rate) == (2, 2, 1.0)


def test_of_another_language_it_is_another_article() -> None:
    log = Log()
    log.add(Kind.TICKET_OPENED, "one", START, caller="", dialled="100", language="en")
    log.add(Kind.LANGUAGE_CHANGED, "one", START, language="zh")
    log.add(Kind.ARTICLE_TRIED, "one", START, article=KEY[1], helped=True)
    assert list(answers_in(log.events).by_article()) == [("zh", KEY[1])]


def test_before_and_after_a_moment() -> None:
    log = Log()
    for number in range(4):
        log.call(f"before {number}", START, agent=True)
    log.call("something else", START, solved=True)
    log.call("first", START + DAY, None, True, solved=True)
    log.call("second", START + DAY, None, False, agent=True)
    log.rate(START + DAY, "ann", True)
    asked = {f"before {number}" for number in range(4)}
    effect = answers_in(log.events).effect(KEY, asked, START + DAY)
    assert effect.before == Answers(calls=4)
    assert effect.after == Answers(calls=2, contained=1, told=2, helped=1, not_helped=1, rated=1, liked=1)
    assert answers_in(log.events).effect(None, asked, START + DAY).after == Answers()


def test_what_began_before_the_log_is_left_out() -> None:
    log = AnswerLog()
    log.take(Event(1, START, Kind.ARTICLE_TRIED, "one", None, {"article": "x", "helped": True}))
    assert log.by_article() == {}
