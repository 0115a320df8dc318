"""`hotline simulate` at the command line: what it refuses, and how. # D1, 000-16"""

from pathlib import Path

from typer.testing import CliRunner

from ari_app.simulate.cli import app


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "calls.yaml"
    file.write_text("scenarios:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return file


def test_a_scenario_file_that_is_broken_is_wrong_usage(tmp_path: Path) -> None:
    broken = CliRunner().invoke(app, [str(written(tmp_path, "- nam: x"))])
    assert broken.exit_code == 2
    assert "calls.yaml:2:" in broken.output
    assert "did you mean 'name'?" in broken.output


def test_a_scenario_file_that_is_missing_is_wrong_usage() -> None:
    missing = CliRunner().invoke(app, ["/no/such.yaml"])
    assert missing.exit_code == 2
    assert "/no/such.yaml:1:1: error unreadable" in missing.output


def test_a_folder_without_scenarios_is_wrong_usage(tmp_path: Path) -> None:
    empty = CliRunner().invoke(app, [str(tmp_path)])
    assert empty.exit_code == 2
    assert "no scenarios in" in empty.output


def test_the_keyboard_has_neither_rungs_nor_a_document() -> None:
    for option in (["--json"], ["--rung", "audio"]):
        refused = CliRunner().invoke(app, option)
        assert refused.exit_code == 2
        assert "call by keyboard" in refused.output


def test_a_rung_that_there_is_not_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, [str(tmp_path), "--rung", "video"]).exit_code == 2
