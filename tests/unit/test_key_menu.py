"""The key menu: what a caller hears and may press while the controller is away."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from desk import NINE, shipped

from ari_app.agi.menu import Caller, KeyMenu, Material, prompts_of
from dialplan.loader import Dialplan
from dialplan.schema import Route
from ivr.conversation import Prompt
from ivr.decision import EnterQueue
from ivr.desk import ActiveOutage, KnownPerson

BERLIN = "+493012345"
DOWN = ActiveOutage(1, frozenset(), frozenset(), {"en": "Everything is down.", "zh": "全部中断。"})
ANNA = KnownPerson(1, "10001", "Anna", site="berlin", language="zh", labels=frozenset({"vip"}))


@dataclass
class KeyPad:
    """`Telephone` of a caller who presses one of these keys each time he hears the prompt `waits` ("": none);
    `SoundFiles` whose files are called like the prompts; `Notes` that are kept."""

    keys: list[str]
    waits: str = "main.keys"
    heard: list[str] = field(default_factory=list)
    noted: list[tuple[str, ...]] = field(default_factory=list)
    missing: frozenset[str] = frozenset()

    def find(self, prompt: Prompt) -> Path | None:
        return None if prompt.key in self.missing else Path(prompt.language, prompt.key)

    def play(self, sound: Path) -> str:
        self.heard.append(str(sound))
        return self.keys.pop(0) if sound.name == self.waits and self.keys else ""

    def wait_key(self, seconds: float) -> str:
        return ""

    def speaks(self, language: str) -> None:
        self.noted.append(("speaks", language))

    def pressed(self, question: str, key: str) -> None:
        self.noted.append((question, key))

    def understood(self, category: str) -> None:
        self.noted.append(("understood", category))


def run(
    pad: KeyPad,
    caller: Caller | None = None,
    outages: Iterable[ActiveOutage] = (),
    dialplan: Dialplan | None = None,
    announcements: Iterable[str] = (),
) -> EnterQueue:
    material = Material(dialplan or shipped(), pad, tuple(outages), NINE, frozenset(announcements))
    return KeyMenu(caller or Caller("+4989", "5000"), material, pad, pad).run()


# D12
def test_a_key_chooses_the_group_of_its_matter() -> None:
    pad = KeyPad(["3"])
    assert run(pad) == EnterQueue("helpdesk", "menu")
    assert pad.heard == ["en/agi.greeting", "en/main.keys", "en/queue.enter"]
    assert pad.noted == [("main", "3"), ("understood", "network")]


# D12
@pytest.mark.parametrize(
    ("keys", "reason"), [(["0"], "asked"), (["", "", ""], "no_input"), (["#", "#", "#"], "no_match")]
)
def test_whatever_he_presses_he_reaches_a_person(keys: list[str], reason: str) -> None:
    pad = KeyPad(keys)
    assert run(pad) == EnterQueue("helpdesk", reason)
    assert pad.heard[-1] == ("en/queue.enter" if reason == "asked" else "en/queue.not_understood")


def test_a_key_during_the_greeting_is_an_answer() -> None:
    pad = KeyPad(["4"], waits="agi.greeting")
    assert run(pad).reason == "menu"
    assert pad.heard == ["en/agi.greeting", "en/queue.enter"]


# 004-14
def test_the_key_of_the_other_language_changes_it_and_nobody_is_counted_out_for_that() -> None:
    pad = KeyPad(["8", "8", "8", "9", "*", "7", "3"])
    assert run(pad).reason == "menu"
    assert pad.heard[1:5] == ["en/main.keys", "zh/main.keys", "en/main.keys", "zh/main.keys"]
    assert pad.noted.count(("speaks", "zh")) == 2


# 004-14
def test_where_callers_are_asked_for_their_language_it_is_asked_in_each() -> None:
    menus = shipped().menus
    asking = menus.model_copy(
        update={"numbers": {"5000": menus.numbers["5000"].model_copy(update={"ask_language": True})}}
    )
    pad = KeyPad(["", "2"], waits="language.ask")
    run(pad, dialplan=replace(shipped(), menus=asking))
    assert pad.heard[:3] == ["en/language.ask", "zh/language.ask", "zh/agi.greeting"]
    assert ("language", "2") in pad.noted


# 001-15 004-14
def test_who_is_known_hears_his_language_and_the_outage_of_his_site() -> None:
    at_his_site = replace(DOWN, id=2, sites=frozenset({"berlin"}))
    elsewhere = replace(DOWN, id=3, sites=frozenset({"munich"}))
    pad = KeyPad(["0"])
    run(pad, Caller("+4915", "5000", ANNA), [at_his_site, elsewhere])
    assert pad.heard == ["zh/agi.greeting", "zh/outage.known", "zh/outage.notice", "zh/main.keys", "zh/queue.enter"]


# 001-13
def test_an_outage_of_the_whole_company_is_told_to_all_and_one_of_a_system_to_nobody() -> None:
    of_a_system = replace(DOWN, id=2, systems=frozenset({"vpn"}))
    pad = KeyPad(["0"])
    run(pad, outages=[DOWN, of_a_system])
    assert pad.heard.count("en/outage.notice") == 1
    quiet = KeyPad(["0"])
    run(quiet, outages=[of_a_system])
    assert "en/outage.known" not in quiet.heard


def test_a_notice_without_a_sound_is_left_out_politely() -> None:
    pad = KeyPad(["0"], missing=frozenset({"outage.notice"}))
    run(pad, outages=[DOWN])
    assert pad.heard == ["en/agi.greeting", "en/main.keys", "en/queue.enter"]


# P-5
def test_announcements_that_are_on_are_told_to_all() -> None:
    pad = KeyPad(["0"])
    run(pad, outages=[DOWN], announcements=["heavy-load"])
    assert pad.heard[:3] == ["en/agi.greeting", "en/announcement.heavy_load", "en/outage.known"]


# P-3
def test_a_route_of_the_dialplan_goes_first() -> None:
    route = Route.model_validate({"when": {"label": "vip"}, "group": "service-manager", "priority": 7})
    vip = replace(shipped(), menus=shipped().menus.model_copy(update={"routes": (route,)}))
    assert run(KeyPad(["1"]), Caller("+4915", "5000", ANNA), dialplan=vip) == EnterQueue("service-manager", "menu", 7)


def test_everything_that_may_be_said_is_rendered_ahead() -> None:
    said: set[str] = set()
    for keys in (["0"], ["#", "#", "#"], ["3"]):
        pad = KeyPad(keys)
        run(pad, outages=[DOWN], announcements=shipped().menus.announcements)
        said |= set(pad.heard)
    ahead = {f"{prompt.language}/{prompt.key}" for prompt in prompts_of(shipped(), [DOWN])}
    assert said <= ahead
