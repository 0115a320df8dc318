"""Journalled calls on another dialplan: who goes elsewhere, and why. # D7"""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from desk import NINE, AnsweringConversation, Desk, FewPeople, FewTickets, PhraseMatcher, shipped

from dialplan.loader import SHIPPED, Dialplan, load_dialplan
from ivr.conversation import Heard
from ivr.desk import KnownPerson, Switched
from ivr.journalled_call import JournalledCall, Outcome, read_calls
from ivr.replay import CannotTell, Elsewhere, OtherWorld, RememberedMatcher, Same, Verdict, replay_call
from ivr.simulator import Simulator, new_call
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

DESK = Desk()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(TicketsSettings(f"sqlite:///{tmp_path}/tickets.db"))
    yield opened
    opened.close()


async def journalled(store: Store, *given: str | Heard) -> JournalledCall:
    """A call on the shipped dialplan, with these answers; then the caller hangs up."""
    ticks = iter(range(10_000))
    call = new_call("+493023125001", "5000", "en", NINE)
    simulator = Simulator(DESK.dialplan, DESK.matcher, DESK.articles)
    await simulator.take(call, AnsweringConversation(*given), lambda: NINE + timedelta(seconds=next(ticks)), store)
    return list(read_calls(store.events.of_calls()))[-1]


def world(dialplan: Dialplan | None = None, matcher: PhraseMatcher | None = None, **ports: object) -> OtherWorld:
    return OtherWorld(
        dialplan=dialplan or shipped(),
        matcher=matcher or DESK.matcher,
        articles=DESK.articles,
        people=ports.get("people", FewPeople()),  # type: ignore[arg-type]
        tickets=FewTickets(),
        outages_at=lambda _: (),
        switched_at=ports.get("switched_at", lambda _: Switched()),  # type: ignore[arg-type]
    )


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Dialplan]:
    """The shipped dialplan after some replacements: file, old text, new text."""

    def edit(*replacements: tuple[str, str, str]) -> Dialplan:
        folder = tmp_path / "edited"
        shutil.copytree(SHIPPED, folder)
        for file, old, new in replacements:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return load_dialplan(folder)

    return edit


def knowing(**meanings: tuple[str, str, float]) -> PhraseMatcher:
    """The matcher of the calls, with some sentences meaning something else."""
    return PhraseMatcher({**DESK.matcher.meanings, **{said: meaning for said, meaning in meanings.items()}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "given",
    [
        ("locked", "yes"),
        ("1", "2", "2", "0"),
        ("slow", "no", "locked", "no", "forgotten", "no"),
        ("something with mail", "yes", "2"),
        ("", "", ""),
        ("9", "1", "*", "e-mail please"),
        (),
        ("locked",),
    ],
)
async def test_on_the_same_dialplan_every_call_goes_the_same_way(store: Store, given: tuple[str, ...]) -> None:
    call = await journalled(store, *given)
    assert await replay_call(call, world()) == Same(call)


# P-5
async def test_a_group_that_a_supervisor_had_closed_is_closed_again(store: Store) -> None:
    store.switches.switch_group("helpdesk", "closed", "maria", NINE)
    call = await journalled(store, "0")
    assert call.outcome == Outcome("leave_message", group="helpdesk")
    assert await replay_call(call, world(switched_at=lambda _: Switched({"helpdesk": False}))) == Same(call)
    assert isinstance(await replay_call(call, world()), Elsewhere)


async def test_another_group_answers(store: Store, edited: Callable[..., Dialplan]) -> None:
    call = await journalled(store, "e-mail please", "0")
    assert call.outcome == Outcome("enter_queue", group="helpdesk", category="email")
    other = edited(
        ("groups.yaml", "groups:\n", "groups:\n  mail:\n    name: {en: Mail, zh: 邮件}\n    agents: [agent1]\n"),
    )
    categories = dict(other.menus.categories)
    categories["email"] = categories["email"].model_copy(update={"group": "mail"})
    menus = other.menus.model_copy(update={"categories": categories})
    verdict = await replay_call(call, world(Dialplan(other.folder, menus, other.groups, other.prompts)))
    assert isinstance(verdict, Elsewhere)
    assert verdict.after == Outcome("enter_queue", group="mail", category="email")
    assert verdict.why == "after key 0 enter_queue mail; before, enter_queue helpdesk"


async def test_the_same_sentence_means_something_else(store: Store) -> None:
    call = await journalled(store, "locked", "yes")
    verdict = await replay_call(call, world(matcher=knowing(locked=("accept", "article:password-forgotten", 0.7))))
    assert isinstance(verdict, Elsewhere)
    assert verdict.after == Outcome(article="password-forgotten", category="accounts")
    assert verdict.why == "“locked” meant article:account-locked (90%), now article:password-forgotten (70%)"


async def test_what_had_to_be_confirmed_is_clear_now(store: Store) -> None:
    call = await journalled(store, "something with mail", "yes", "0")
    clear = {"something with mail": ("accept", "category:email", 0.8)}
    assert await replay_call(call, world(matcher=knowing(**clear))) == Same(call)  # type: ignore[arg-type]


async def test_a_question_that_was_never_asked_cannot_be_answered(store: Store) -> None:
    call = await journalled(store, "locked", "yes")
    verdict = await replay_call(call, world(matcher=knowing(locked=("confirm", "article:account-locked", 0.4))))
    assert isinstance(verdict, CannotTell)
    assert verdict.question == "confirm"
    assert verdict.why == "“locked” meant article:account-locked (90%), now question 'confirm'"


async def test_a_key_leads_to_another_article(store: Store, edited: Callable[..., Dialplan]) -> None:
    call = await journalled(store, "1", "2", "yes")
    assert call.outcome == Outcome("solved", article="account-locked", category="accounts")
    other = edited(("menus.yaml", "{article: account-locked}", "{article: password-forgotten}"))
    verdict = await replay_call(call, world(other))
    assert isinstance(verdict, Elsewhere)
    assert verdict.after.article == "password-forgotten"
    assert verdict.why == "after key 2 article 'password-forgotten'; before, article 'account-locked'"


async def test_who_hung_up_would_get_an_answer_now(store: Store, edited: Callable[..., Dialplan]) -> None:
    call = await journalled(store, "", "")
    assert call.outcome == Outcome()
    verdict = await replay_call(call, world(edited(("menus.yaml", "no_input: 3", "no_input: 2"))))
    assert isinstance(verdict, Elsewhere)
    assert verdict.after == Outcome("enter_queue", group="helpdesk")
    assert verdict.why == "now enter_queue helpdesk"


async def test_a_known_caller_is_known_again(store: Store) -> None:
    person = KnownPerson(7, "100007", "Ada", labels=frozenset({"vip"}))
    call = await journalled(store, "locked", "yes")
    verdict: Verdict = await replay_call(call, world(people=FewPeople({"+493023125001": (person,)})))
    assert verdict == Same(call)


async def test_a_sentence_is_ranked_once(store: Store) -> None:
    counted: list[str] = []

    class Counting(PhraseMatcher):
        async def rank(self, hypotheses, language):  # type: ignore[no-untyped-def]
            counted.append(hypotheses[0].text)
            return await super().rank(hypotheses, language)

    call = await journalled(store, "locked", "yes")
    matcher = RememberedMatcher(Counting(DESK.matcher.meanings))
    for _ in range(3):
        await replay_call(call, world(matcher=matcher))  # type: ignore[arg-type]
    assert counted == ["locked"]
