"""`hotline outage` over a database and a cache of its own."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.main import get_command
from typer.testing import CliRunner

from ari_app.editions.history import History
from ari_app.outage_cli import app
from ari_app.settings import Settings, load_settings
from dialplan.loader import SHIPPED
from ivr.speech.synthesis.cache import SpeechCache
from tickets.store import Store, open_store

EN, ZH = "The V P N is down.", "VPN 出现故障。"
VPN = (
    "declare",
    "--title",
    "VPN down",
    "--system",
    "vpn",
    "--site",
    "berlin",
    "--text",
    f"en={EN}",
    "--text",
    f"zh={ZH}",
)

Hotline = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a machine without the natural voice."""
    loaded = load_settings({"HOTLINE_STATE": str(tmp_path / "state"), "HOTLINE_CACHE": str(tmp_path / "cache")})
    return replace(loaded, synthesis=replace(loaded.synthesis, recorded_voices={}, live_timeout_s=60))


@pytest.fixture
def hotline(settings: Settings) -> Hotline:
    return lambda *words: CliRunner().invoke(app, list(words), obj=settings)


def opened(settings: Settings) -> closing[Store]:
    return closing(open_store(settings.tickets))


def test_an_outage_is_declared_and_its_notice_rendered(hotline: Hotline, settings: Settings) -> None:  # 001-13
    until = datetime.now(UTC) + timedelta(hours=2)
    result = hotline(*VPN, "--until", until.isoformat(), "--by", "maria", "--json")
    assert result.exit_code == 0, result.stderr
    declared = json.loads(result.stdout)
    assert (declared["id"], declared["title"], declared["declared_by"]) == (1, "VPN down", "maria")
    assert (declared["systems"], declared["sites"], declared["texts"]) == (["vpn"], ["berlin"], {"en": EN, "zh": ZH})
    assert datetime.fromisoformat(declared["expected_end"]) == until
    assert result.stderr.splitlines() == [
        "outage 1 is declared; callers hear of it from now on",
        "notice in 'en': spoken by espeak-ng",
        "notice in 'zh': spoken by espeak-ng",
    ]
    cache = SpeechCache(settings.synthesis.cache, 1_000_000_000)
    assert cache.find(settings.synthesis.live_voices["en"], EN)
    assert cache.find(settings.synthesis.live_voices["zh"], ZH)
    with opened(settings) as store:
        (active,) = store.outages.active()
        assert active.ticket == declared["ticket"]


def test_a_broken_synthesizer_stops_no_declaration(settings: Settings) -> None:  # 001-13
    silent = replace(settings, synthesis=replace(settings.synthesis, live_voices={}))
    result = CliRunner().invoke(app, list(VPN), obj=silent)
    assert result.exit_code == 0
    assert result.stderr.count("not rendered ahead: no live voice") == 2
    with opened(settings) as store:
        assert len(store.outages.active()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--system", "vpm"), "did you mean 'vpn'?"),
        (("--site", "berlim"), "did you mean 'berlin'?"),
        (("--text", "ja=故障"), "does not speak language 'ja'"),
        (("--text", "no language"), "write LANG=TEXT"),
        (("--text", "en=123"), "has no words"),
        (("--text", "zh="), "a text in language 'zh' is missing"),
        (("--until", "soon"), "write a time as 14:30"),
        (("--until", "2020-01-01T10:00"), "in the past"),
        (("--title", " "), "a title is needed"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_declared(
    hotline: Hotline, settings: Settings, words: tuple[str, str], told: str
) -> None:  # 001-13
    result = hotline(*VPN, *words)
    assert result.exit_code == 2
    assert told in result.stderr
    with opened(settings) as store:
        assert store.outages.active() == []


def test_a_day_of_an_outage(hotline: Hotline, settings: Settings) -> None:  # 001-14
    hotline(*VPN)
    with opened(settings) as store:
        number = store.tickets.open_for_call("a", "a@sip", "1044", "5000", "en", datetime.now(UTC)).number
        store.outages.join(1, number, datetime.now(UTC))
    shown = hotline("show", "1")
    for words in ("VPN down (active)", f"callers hear (en): {EN}", "callers who joined: 1", f"joined: {number}"):
        assert words in shown.stdout
    assert json.loads(hotline("show", "1", "--json").stdout)["joined_tickets"] == [number]
    changed = hotline("change", "1", "--text", "en=It is slow.", "--json")
    assert json.loads(changed.stdout)["texts"] == {"en": "It is slow.", "zh": ZH}
    assert "notice in 'en': spoken by espeak-ng" in changed.stderr
    assert "1 active" in hotline("list").stdout
    assert json.loads(hotline("end", "1", "--by", "jonas", "--json").stdout)["ended_by"] == "jonas"
    assert json.loads(hotline("list", "--json").stdout) == {"outages": []}
    (past,) = json.loads(hotline("list", "--all", "--json").stdout)["outages"]
    assert (past["id"], past["joined"]) == (1, 1)
    assert "ended" in hotline("list", "--all").stdout
    refused = hotline("change", "1", "--until", "23:59")
    assert (refused.exit_code, refused.stderr) == (1, "hotline: outage 1 has ended; declare a new one\n")


@pytest.mark.parametrize("command", ["show", "end"])
def test_an_outage_that_never_was(hotline: Hotline, command: str) -> None:
    result = hotline(command, "7")
    assert (result.exit_code, result.stderr) == (1, "hotline: there is no outage 7\n")


def test_nothing_to_change(hotline: Hotline) -> None:
    assert hotline("change", "1").exit_code == 2


def test_outages_do_not_wait_for_a_broken_dialplan(settings: Settings, tmp_path: Path) -> None:  # 001-13
    folder = tmp_path / "dialplan"
    shutil.copytree(SHIPPED, folder)
    edited = replace(settings, dialplan=folder)
    history = History(settings.state_dir / "dialplans")
    with history.draft(folder, settings.knowledge.articles) as draft:
        history.note(history.keep(draft).version, datetime.now(UTC), "start")
    (folder / "menus.yaml").write_text("version: [", encoding="utf-8")
    assert CliRunner().invoke(app, list(VPN), obj=edited).exit_code == 0
    shutil.rmtree(settings.state_dir / "dialplans")
    refused = CliRunner().invoke(app, [*VPN, "--title", "another"], obj=edited)
    assert refused.exit_code == 1
    assert "menus.yaml:1" in refused.stderr


def test_each_command_has_an_example() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert f"hotline outage {name}" in command.epilog
