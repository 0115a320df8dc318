"""`hotline sounds` on folders of its own."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialplan.loader import SHIPPED
from ivr.sounds_cli import app
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.settings import KnowledgeSettings

RUNNER = CliRunner()


@dataclass(frozen=True)
class Sections:
    """The sections of the settings that `hotline sounds` looks at."""

    synthesis: SynthesisSettings
    dialplan: Path = SHIPPED
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)


@pytest.fixture
def sections(tmp_path: Path) -> Sections:
    return Sections(SynthesisSettings(sounds=tmp_path / "sounds", cache=tmp_path / "cache"))


def test_check_names_what_is_missing(sections: Sections) -> None:
    result = RUNNER.invoke(app, ["check", "--json"], obj=sections)
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not report["ok"]
    greeting = next(problem for problem in report["problems"] if problem["file"].endswith("en/greeting.wav"))
    assert (greeting["kind"], greeting["severity"]) == ("missing", "error")


def test_render_makes_only_what_was_asked_for(sections: Sections) -> None:
    result = RUNNER.invoke(app, ["render", "--only", "tone", "--json"], obj=sections)
    tone = sections.synthesis.sounds / "any" / "tone.wav"
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"rendered": [str(tone)], "removed": []})
    assert tone.exists()
    again = RUNNER.invoke(app, ["render", "--only", "tone", "--json"], obj=sections)
    assert json.loads(again.stdout)["rendered"] == []


def test_render_without_the_voices_says_so(sections: Sections) -> None:
    (sections.synthesis.sounds / "voices").mkdir(parents=True)
    (sections.synthesis.sounds / "voices" / "kokoro.npz").write_bytes(b"not the voices")
    result = RUNNER.invoke(app, ["render", "--only", "digit.1"], obj=sections)
    assert result.exit_code == 1
    assert "hotline[voices]" in result.output or "not the pinned file" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["check", "render"])
def test_a_broken_manifest_is_a_message(sections: Sections, command: str) -> None:
    sections.synthesis.sounds.mkdir()
    (sections.synthesis.sounds / "manifest.yaml").write_text("[")
    result = RUNNER.invoke(app, [command], obj=sections)
    assert result.exit_code == 1
    assert "manifest.yaml" in result.output
    assert "Traceback" not in result.output


def test_an_unwritable_folder_is_a_message(sections: Sections) -> None:
    sections.synthesis.sounds.write_text("in the way")
    result = RUNNER.invoke(app, ["render", "--only", "tone"], obj=sections)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.output.strip()
