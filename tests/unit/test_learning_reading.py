"""What the events of one call show. # 000-18"""

from datetime import UTC, datetime, timedelta

import pytest
from desk import shipped

from ari_app.learning.reading import Shown, read_call
from ivr.conversation import Digits, Heard, Hypothesis, Utterance
from ivr.record import heard_as_json
from ivr.words import Words
from tickets.events import Event, Json, Kind

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SLOW, DOWN = "the tunnel is crawling", "nothing goes through the tunnel"


class Call:
    def __init__(self, language: str = "en") -> None:
        self.events: list[Event] = []
        self._log(Kind.TICKET_OPENED, {"caller": "", "dialled": "100", "language": language})

    def hears(self, question: str, answer: str | Heard) -> "Call":
        heard = Utterance((Hypothesis(answer),)) if isinstance(answer, str) else answer
        return self._log(Kind.HEARD, {"question": question, "heard": heard_as_json(heard)})

    def understands(self, target: str) -> "Call":
        return self._log(Kind.UNDERSTOOD, {"intent": target, "confidence": 0.4, "category": "network"})

    def tells(self, article: str, helped: bool | None = None) -> "Call":
        self._log(Kind.ARTICLE_TRIED, {"article": article, "helped": None})
        return self if helped is None else self._log(Kind.ARTICLE_TRIED, {"article": article, "helped": helped})

    def decides(self, decision: str, reason: str = "no_match") -> "Call":
        return self._log(Kind.DECIDED, {"decision": decision, "reason": reason})

    def later(self, kind: Kind, **data: Json) -> "Call":
        return self._log(kind, data)

    def _log(self, kind: Kind, data: dict[str, Json]) -> "Call":
        at = START + timedelta(seconds=len(self.events))
        self.events.append(Event(len(self.events) + 1, at, kind, "one", "100001", data))
        return self


def shown(call: Call) -> Shown:
    dialplan = shipped()
    words = {language: Words(dialplan, language) for language in dialplan.menus.languages}
    return read_call(call.events, dialplan.menus.menus, words.get)


def meant(call: Call) -> list[tuple[str, str]]:
    return [(said.text, article) for said, article in shown(call).meant]


def asked(call: Call) -> list[str]:
    return [said.text for said in shown(call).asked]


@pytest.mark.parametrize("yes", ["yes", "yes please", Digits("1")])
def test_yes_that_is_meant(yes: str | Heard) -> None:
    call = Call().hears("main", SLOW).hears("confirm", yes).understands("article:vpn-slow").tells("vpn-slow")
    assert (meant(call), asked(call)) == ([(SLOW, "vpn-slow")], [])


def test_the_article_helped() -> None:
    call = Call().hears("main", SLOW).understands("article:vpn-slow").tells("vpn-slow", helped=True)
    assert (meant(call), asked(call)) == ([(SLOW, "vpn-slow")], [])


def test_understood_and_then_gone_shows_nothing() -> None:
    call = Call().hears("main", SLOW).understands("article:vpn-slow").tells("vpn-slow")
    assert (meant(call), asked(call)) == ([], [])


def test_yes_but_it_did_not_help() -> None:
    call = Call().hears("main", SLOW).hears("confirm", "yes").understands("article:vpn-slow")
    call.tells("vpn-slow", helped=False).hears("not_helped", DOWN).decides("enter_queue")
    assert (meant(call), asked(call)) == ([], [SLOW, DOWN])


def test_no_that_is_not_meant() -> None:
    call = Call().hears("main", SLOW).hears("confirm", "no").hears("main", DOWN).decides("enter_queue")
    assert (meant(call), asked(call)) == ([], [SLOW, DOWN])


def test_another_problem_told_instead_of_no_is_no_phrasing() -> None:
    call = Call().hears("main", SLOW).hears("confirm", "no I said my printer is broken").understands("article:printer")
    call.tells("printer", helped=True)
    assert (meant(call), asked(call)) == ([], [SLOW])


@pytest.mark.parametrize(("answer", "does"), [("the second one", True), ("neither", False), (Digits("2"), True)])
def test_which_of_two(answer: str | Heard, does: bool) -> None:
    call = Call().hears("main", SLOW).hears("either", answer)
    if does:
        call.understands("article:vpn-down").tells("vpn-down")
    assert meant(call) == ([(SLOW, "vpn-down")] if does else [])
    assert asked(call) == ([] if does else [SLOW])


def test_an_intent_or_a_category_is_an_answer() -> None:
    call = Call().hears("main", SLOW).understands("category:network").hears("network", Digits("1")).tells("vpn-slow")
    assert (meant(call), asked(call)) == ([], [])


def test_pressed_keys_after_words_say_nothing_of_the_words() -> None:
    call = Call().hears("main", SLOW).hears("main", Digits("2")).understands("category:network")
    assert (meant(call), asked(call)) == ([], [SLOW])


@pytest.mark.parametrize("text", ["an agent please", "repeat", "uh", ""])
def test_commands_are_no_questions(text: str) -> None:
    assert asked(Call().hears("main", text).decides("enter_queue", "asked")) == []


def test_who_asks_for_a_person_in_other_words_asks_no_question() -> None:
    call = Call().hears("main", SLOW).hears("main", "get me somebody who knows it").decides("enter_queue", "asked")
    assert asked(call) == [SLOW]


def test_in_the_language_that_is_spoken_then() -> None:
    call = Call().later(Kind.LANGUAGE_CHANGED, language="zh").hears("main", "隧道很慢很慢").hears("confirm", "是的")
    (said, article), *_ = shown(call.understands("article:vpn-slow")).meant
    assert (said.language, said.text, article) == ("zh", "隧道很慢很慢", "vpn-slow")


def test_an_agent_sends_the_article_and_solves_it() -> None:
    call = Call().hears("main", SLOW).decides("enter_queue")
    call.later(Kind.ARTICLE_SENT, articles=["vpn-slow"], way="sms", by="ann")
    assert (meant(call), asked(call)) == ([], [SLOW])
    call.later(Kind.STATUS_CHANGED, old="in_progress", new="solved", by="ann")
    assert (meant(call), asked(call)) == ([(SLOW, "vpn-slow")], [])


def test_an_agent_chooses_the_category_and_solves_it() -> None:
    call = Call().hears("main", SLOW).decides("enter_queue")
    call.later(Kind.TICKET_EDITED, by="ann", changes={"category": {"old": "", "new": "network"}})
    call.later(Kind.STATUS_CHANGED, old="in_progress", new="solved", by="ann")
    ((said, category),) = shown(call).solved
    assert (said.text, category) == (SLOW, "network")


def test_what_the_line_solves_is_no_agents_word() -> None:
    call = Call().hears("main", SLOW).decides("enter_queue")
    call.later(Kind.ARTICLE_SENT, articles=["vpn-slow"], way="sms", by="ann")
    call.later(Kind.STATUS_CHANGED, old="open", new="solved", by=None)
    assert meant(call) == []


def test_a_language_that_is_spoken_no_more() -> None:
    assert shown(Call("fr").hears("main", "le tunnel est lent")) == Shown((), (), ())
