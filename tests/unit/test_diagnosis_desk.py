"""Diagnosis on a ticket: from a desk, in a call, from the command line; and its words for people. # 002-4"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app.diagnosis.cli import app
from ari_app.diagnosis.desk import DiagnosisDesk
from ari_app.diagnosis.on_call import CallProbes
from ari_app.diagnosis.runner import ProbeRunner
from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.settings import Settings, load_settings
from ari_app.web.application import FOLDER as WEB
from dialplan.loader import SHIPPED
from dialplan.probes import ProbesFile
from tickets.events import Kind
from tickets.people import Entry
from tickets.store import Store, TicketNotFound, open_store
from tickets.viewer.words import FOLDER, LANGUAGES, load_words

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PROBES = """
values: {person.site: '[a-z]+'}
probes:
  greet:
    name: {en: Greeting, zh: 问候}
    command: {run: [echo, "{person.site}", "{field.device}"]}
  fail:
    name: {en: Failure, zh: 失败}
    categories: [email]
    command: {run: ["false"]}
  card:
    name: {en: Card, zh: 卡}
    command: {run: [echo, my password is sunflower]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    dialplan = Path(shutil.copytree(SHIPPED, tmp_path / "dialplan"))
    (dialplan / "probes.yaml").write_text(PROBES, encoding="utf-8")
    file = tmp_path / "hotline.toml"
    file.write_text(f'dialplan = "{dialplan}"\n')
    return load_settings({"HOTLINE_STATE": str(tmp_path / "state"), "HOTLINE_CONFIG": str(file)})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    settings.state_dir.mkdir()
    opened = open_store(settings.tickets)
    yield opened
    opened.close()


@pytest.fixture
def probes(settings: Settings) -> ProbesFile:
    from dialplan.loader import load_dialplan

    return load_dialplan(settings.dialplan).probes


@pytest.fixture
def desk(store: Store, probes: ProbesFile) -> DiagnosisDesk:
    return DiagnosisDesk(DiagnosisSettings(), store, lambda: probes, lambda: datetime.now(UTC))


@pytest.fixture
def number(store: Store) -> str:
    """The ticket of somebody in Berlin with a laptop."""
    entry = Entry(employee_number="10042", name="Anna", site="berlin")
    store.people.import_rows((entry,), START, everyone=True)
    person = store.people.of_employee_number("10042")
    assert person is not None
    number = store.tickets.open_for_call("a", "sip-a", "1001", "5000", "en", START).number
    store.tickets.identify(number, person.id, "employee_number", START)
    store.tickets.note_fields(number, {"device": "laptop"}, START)
    return number


async def test_what_is_known_of_the_caller_is_filled_in_and_the_verdict_noted(
    store: Store, desk: DiagnosisDesk, number: str
) -> None:
    verdict = await desk.diagnose(number, "greet", "maria")
    assert (verdict.state, verdict.output, verdict.by) == ("ok", "berlin laptop\n", "maria")
    (event,) = [event for event in store.events.of_ticket(number) if event.kind == Kind.DIAGNOSED]
    assert set(event.data) == {"probe", "verdict", "evidence", "by", "seconds"}
    assert desk.verdicts_of(number) == (replace(verdict, facts=dict(verdict.facts)),)


async def test_the_newest_stands_first(desk: DiagnosisDesk, number: str) -> None:
    await desk.diagnose(number, "greet", "maria")
    await desk.diagnose(number, "fail", "maria")
    assert [verdict.probe for verdict in desk.verdicts_of(number)] == ["fail", "greet"]


def test_probes_for_a_ticket(store: Store, desk: DiagnosisDesk, number: str) -> None:
    store.tickets.note_understanding(number, "category:email", 1.0, "email", START)
    offers = desk.probes_for(number)
    assert [(offer.name, offer.is_suggested) for offer in offers] == [("fail", True), ("greet", False), ("card", False)]
    assert offers[1].title["zh"] == "问候"
    assert [offer.lacks for offer in offers] == [(), (), ()]
    other = store.tickets.open_for_call("b", "sip-b", "1002", "5000", "en", START).number
    lacking = next(offer for offer in desk.probes_for(other) if offer.name == "greet")
    assert lacking.lacks == ("person.site", "field.device")


async def test_what_is_secret_is_not_stored(store: Store, desk: DiagnosisDesk, number: str) -> None:
    await desk.diagnose(number, "card", "maria")
    assert "sunflower" not in str([event.data for event in store.events.of_ticket(number)])


async def test_a_ticket_that_is_not_there(desk: DiagnosisDesk) -> None:
    with pytest.raises(TicketNotFound):
        await desk.diagnose("999999", "greet", "maria")


async def test_in_a_call_it_is_the_line_that_wants_to_know(store: Store, probes: ProbesFile, number: str) -> None:
    runner = ProbeRunner(DiagnosisSettings(), lambda: datetime.now(UTC))
    live = CallProbes(runner, store, probes, number, lambda: False)
    assert (await live.measure("greet"), await live.measure("fail")) == ("ok", "fault")
    told = [event.data["by"] for event in store.events.of_ticket(number) if event.kind == Kind.DIAGNOSED]
    assert told == ["line", "line"]


# D9
async def test_a_call_that_is_taken_up_again_knows_what_was_measured(
    store: Store, probes: ProbesFile, number: str
) -> None:
    runner = ProbeRunner(DiagnosisSettings(), lambda: datetime.now(UTC))
    await CallProbes(runner, store, probes, number, lambda: False).measure("fail")
    again = CallProbes(runner, store, ProbesFile(probes={"fail": probes.probes["greet"]}), number, lambda: True)
    assert await again.measure("fail") == "fault"
    assert len([event for event in store.events.of_ticket(number) if event.kind == Kind.DIAGNOSED]) == 1


def hotline(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), obj=settings)


def test_the_command_fills_by_hand(settings: Settings) -> None:
    told = hotline(settings, "greet", "--value", "person.site=berlin", "--value", "field.device=laptop", "--json")
    document = json.loads(told.stdout)
    assert (told.exit_code, document["verdict"], document["evidence"]["output"]) == (0, "ok", "berlin laptop\n")
    assert datetime.fromisoformat(document["at"]).tzinfo is not None


def test_the_command_notes_it_on_a_ticket(settings: Settings, store: Store, number: str) -> None:
    told = hotline(settings, "fail", "--ticket", number)
    assert told.exit_code == 1
    assert "fail: fault — other exit (program false, exit 1, expected 0)" in told.stdout
    assert any(event.kind == Kind.DIAGNOSED for event in store.events.of_ticket(number))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["gret"], "did you mean 'greet'?"),
        (["greet", "--value", "person.site"], "write it like person.site=berlin"),
        (["greet", "--value", "person.sight=x"], "did you mean 'person.site'?"),
        (["greet", "--ticket", "999999"], "999999"),
        (["greet", "--ticket", "100001", "--value", "person.site=x"], "either --ticket or --value"),
    ],
)
def test_what_is_typed_wrong_is_told(settings: Settings, store: Store, words: list[str], told: str) -> None:
    result = hotline(settings, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_value_that_does_not_fit_is_named(settings: Settings) -> None:
    told = hotline(settings, "greet", "--value", "person.site=$(id)", "--value", "field.device=x")
    assert told.exit_code == 1
    assert "greet: unknown — value unfit (placeholder person.site, value '$(id)')" in told.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_found_has_words(language: str) -> None:
    source = "".join(file.read_text() for file in (Path(__file__).parents[2] / "ari_app" / "diagnosis").glob("*.py"))
    found = set(re.findall(r'Finding\(\s*(?:"\w+"|state), "(\w+)"', source))
    assert len(found) >= 18
    words = load_words(language, (FOLDER, WEB / "texts"))
    assert sorted(name for name in found if f"diagnosis.found.{name}" not in words) == []
