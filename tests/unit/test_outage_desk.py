"""What the line lends to the pages of outages."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.settings import Settings, load_settings
from ari_app.web.outages import outage_desk
from dialplan.loader import SHIPPED
from ivr.speech.synthesis.cache import SpeechCache
from tickets.outage import Scope

EN = "The printers are down."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a machine without the natural voice, with a dialplan that may be edited."""
    shutil.copytree(SHIPPED, tmp_path / "dialplan")
    loaded = load_settings({"HOTLINE_STATE": str(tmp_path / "state"), "HOTLINE_CACHE": str(tmp_path / "cache")})
    synthesis = replace(loaded.synthesis, recorded_voices={}, live_timeout_s=60)
    return replace(loaded, dialplan=tmp_path / "dialplan", synthesis=synthesis)


def edit(settings: Settings, before: str, after: str) -> None:
    menus = settings.dialplan / "menus.yaml"
    text = menus.read_text(encoding="utf-8")
    assert before in text
    menus.write_text(text.replace(before, after), encoding="utf-8")


def test_outages_name_what_the_dialplan_names_now(settings: Settings) -> None:  # 001-13
    desk = outage_desk(settings)
    first = desk.scope()
    assert first.languages == ("en", "zh")
    assert (first.systems["vpn"], first.sites["berlin"]) == ("VPN", "Berlin")
    edit(settings, "{en: Berlin,", "{en: Berlin Mitte,")
    assert desk.scope().sites["berlin"] == "Berlin Mitte"


def test_an_edit_with_errors_changes_nothing(settings: Settings) -> None:
    desk = outage_desk(settings)
    before = desk.scope()
    edit(settings, "version: 1", "version: [")
    assert desk.scope() == before
    assert outage_desk(settings).scope() == Scope()


async def test_a_notice_is_ready_to_be_heard(settings: Settings) -> None:  # 001-13
    desk = outage_desk(settings)
    await desk.render({"en": EN, "xx": "Nobody speaks this."})
    assert SpeechCache(settings.synthesis.cache, 1_000_000_000).find(settings.synthesis.live_voices["en"], EN)
