"""`hotline call`, as far as it goes without a line."""

import json
import os
import wave
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ari_app import call_cli
from ari_app.call_cli import ItemsInOrder, given_in_order
from ari_app.processes import identify
from ari_app.running_line import RunningLine, write_running_line
from ari_app.settings import Settings


def line_that_never_answers(run_dir: Path) -> None:
    """A running line, as far as its file says: it is this process, and nobody listens on port 9."""
    me = identify(os.getpid())
    assert me is not None
    run_dir.mkdir(parents=True)
    write_running_line(run_dir, RunningLine(me.pid, me.started, "127.0.0.1", 9, "5000", "127.0.0.2", "", "", ""))


def test_items_keep_the_order_of_the_command_line() -> None:
    app = typer.Typer()

    @app.command(cls=ItemsInOrder)
    def show(
        ctx: typer.Context,
        say: list[str] = typer.Option([]),  # noqa: B008
        wav: list[str] = typer.Option([]),  # noqa: B008
        keys: list[str] = typer.Option([]),  # noqa: B008
        silence: list[float] = typer.Option([]),  # noqa: B008
    ) -> None:
        typer.echo(json.dumps(given_in_order(ctx)))

    given = ["--keys", "1", "--say", "hello", "--silence", "2.5", "--say", "yes", "--keys", "2#", "--wav", "a.wav"]
    shown = CliRunner().invoke(app, given)
    assert json.loads(shown.stdout) == [
        ["keys", "1"],
        ["say", "hello"],
        ["silence", 2.5],
        ["say", "yes"],
        ["keys", "2#"],
        ["wav", "a.wav"],
    ]


def test_without_a_line_it_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(call_cli.app, ["--say", "yes"], obj=Settings(state_dir=tmp_path))
    assert done.exit_code == 1
    assert "no line is running" in done.stderr
    assert "hotline up" in done.stderr


@pytest.mark.parametrize("keys", ["12x", ""])
def test_keys_that_no_telephone_has_are_wrong_usage(tmp_path: Path, keys: str) -> None:
    settings = Settings(state_dir=tmp_path)
    line_that_never_answers(settings.run_dir)
    done = CliRunner().invoke(call_cli.app, ["--keys", keys], obj=settings)
    assert done.exit_code == 2
    assert "keys are 0-9" in done.stderr


@pytest.mark.parametrize("content", [b"", b"not a wav at all", b"RIFF\x04\x00\x00\x00WAVE"])
def test_a_wav_that_is_none_is_wrong_usage(tmp_path: Path, content: bytes) -> None:
    settings = Settings(state_dir=tmp_path)
    line_that_never_answers(settings.run_dir)
    (tmp_path / "a.wav").write_bytes(content)
    done = CliRunner().invoke(call_cli.app, ["--wav", str(tmp_path / "a.wav")], obj=settings)
    assert done.exit_code == 2
    assert "a.wav" in done.stderr


def test_a_line_that_does_not_answer_is_told(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    line_that_never_answers(settings.run_dir)
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\x00\x10" * 1600)
    done = CliRunner().invoke(call_cli.app, ["--wav", str(path), "--json"], obj=settings)
    assert done.exit_code == 1
    assert "the call was not answered" in done.stderr
    assert done.stdout == ""
