"""Two hundred calls on the shipped dialplan, replayed on an edited one. # D7"""

import asyncio
import itertools
import json
import random
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app.cli import app
from dialplan.loader import SHIPPED, Dialplan
from ivr.conversation import CallerHungUp, Digits, Expecting, Heard, Hypothesis, Prompt, Utterance
from ivr.journalled_call import JournalledCall, Read, read_calls
from ivr.library import SpokenLibrary
from ivr.open_question import OpenQuestion
from ivr.simulator import Simulator, new_call
from knowledge.library import Library
from tickets.settings import TicketsSettings
from tickets.store import Store, open_store

CALLS = 200
WITHIN_S = 20.0
MORNING = datetime(2026, 11, 18, 9, tzinfo=UTC)


class Employee:
    """A caller who tells his problem or presses keys, sometimes has to be asked again, and gives up at last."""

    def __init__(self, chance: random.Random, sentences: list[str]) -> None:
        self._chance = chance
        self._sentences = sentences
        self._patience = chance.choice((1, 3, 6, 9))

    async def say(self, prompt: Prompt) -> None:
        return

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self._patience -= 1
        if self._patience < 0:
            if self._chance.random() < 0.3:
                raise CallerHungUp
            return Digits("0")
        if expecting.phrases:
            return Digits(self._chance.choice("12"))
        if self._chance.random() < 0.3:
            return Digits(self._chance.choice("123"))
        text = self._chance.choice(self._sentences)
        return Utterance((Hypothesis(text, 0.9), Hypothesis(text.rsplit(" ", 1)[0], 0.4)))


@pytest.fixture(scope="module")
def calls(
    dialplan: Dialplan, library: Library, open_question: OpenQuestion, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[JournalledCall]]:
    """The state folder of a line that had these calls, and the calls."""
    state = tmp_path_factory.mktemp("state")
    store = open_store(TicketsSettings(f"sqlite:///{state}/hotline.db"))
    try:
        asyncio.run(_place(store, Simulator(dialplan, open_question, SpokenLibrary(library)), library))
        return state, list(read_calls(store.events.of_calls()))
    finally:
        store.close()


async def _place(store: Store, simulator: Simulator, library: Library) -> None:
    chance = random.Random(7)  # noqa: S311
    languages = simulator.dialplan.menus.languages
    sentences = {
        language: [text for target in library.targets(language) for text in target.phrasings] for language in languages
    }
    for number in range(CALLS):
        language = languages[0] if number % 4 else languages[-1]
        began = MORNING + timedelta(minutes=number)
        ticks = itertools.count()
        call = new_call(f"+49302312{number:04}", "5000", language, began)
        employee = Employee(chance, sentences[language])
        await simulator.take(call, employee, lambda at=began, ticks=ticks: at + timedelta(seconds=next(ticks)), store)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A dialplan where the network has a group of its own, and key 2 of the accounts reads another article."""
    folder = tmp_path / "edited"
    shutil.copytree(SHIPPED, folder)
    menus = (folder / "menus.yaml").read_text(encoding="utf-8")
    menus, groups_changed = re.subn(r"(\n  network:\n(?:    .*\n)*?    group: )\S+", r"\1netops", menus, count=1)
    menus, articles_changed = re.subn("{article: account-locked}", "{article: password-expired}", menus)
    assert (groups_changed, articles_changed) == (1, 1)
    (folder / "menus.yaml").write_text(menus, encoding="utf-8")
    netops = "  netops:\n    name: {en: Network, zh: 网络组}\n    agents: [agent11]\n"
    groups = (folder / "groups.yaml").read_text(encoding="utf-8")
    before, section, after = groups.partition("\n\n# Why an agent may pause.")
    assert section
    (folder / "groups.yaml").write_text(f"{before}\n{netops}{section}{after}", encoding="utf-8")
    return folder


def replayed(state: Path, dialplan: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("HOTLINE_STATE", str(state))
    done = CliRunner().invoke(app, ["replay", "--dialplan", str(dialplan), "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_on_the_same_dialplan_all_go_the_same_way(
    calls: tuple[Path, list[JournalledCall]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = replayed(calls[0], SHIPPED, monkeypatch)
    assert (document["calls"], document["same"]) == (CALLS, CALLS), document["elsewhere"]


def test_on_an_edited_one_exactly_those_whom_the_edit_concerns_go_elsewhere(
    calls: tuple[Path, list[JournalledCall]], edited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, journalled = calls
    by_key = {call.call.id for call in journalled if _pressed_for(call, "account-locked")}
    by_group = {
        call.call.id
        for call in journalled
        if (call.outcome.decision, call.outcome.group, call.outcome.category) == ("enter_queue", "helpdesk", "network")
    }
    assert by_key
    assert by_group
    began = time.process_time()
    document = replayed(state, edited, monkeypatch)
    took_s = time.process_time() - began  # of the processor: this machine may have other things to do
    found = {one["call"]: one for one in document["elsewhere"]}  # type: ignore[attr-defined]
    assert set(found) == by_key | by_group
    assert document["same"] == CALLS - len(found)
    assert all(found[call]["after"]["group"] == "netops" for call in by_group - by_key)
    assert all("password-expired" in found[call]["why"] for call in by_key)
    print(f"{CALLS} calls in {document['seconds']} s ({took_s:.1f} s with loading), {len(found)} elsewhere")  # noqa: T201
    assert took_s < WITHIN_S


def _pressed_for(call: JournalledCall, article: str) -> bool:
    """Whether a key of the menu "accounts" led him to the article."""
    pairs = zip(call.way, call.way[1:], call.way[2:], strict=False)
    return any(
        getattr(asked, "question", None) == "accounts"
        and getattr(asked, "said", "") == "key 2"
        and read == Read(article)
        for asked, _, read in pairs
    )


@pytest.fixture(autouse=True)
def _no_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
