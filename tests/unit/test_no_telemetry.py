"""onnxruntime would keep usage telemetry, and send it: it is told not to before anything of ours imports it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys
{}
assert "onnxruntime" in sys.modules
for number in os.listdir("/proc/self/fd"):
    try:
        print(os.readlink(f"/proc/self/fd/{{number}}"))
    except FileNotFoundError:
        pass  # that of the listing itself
"""
HEARING = "from ivr.speech.engines.presence import VoiceOnly; from pathlib import Path; VoiceOnly(None, Path({!r}))"


def opened(statement: str, home: Path) -> list[str]:
    """What a fresh process has open after the statement; its home is `home`."""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statement)],
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return run.stdout.splitlines()


@pytest.mark.parametrize("through", ["matcher", "recognizer"])
def test_nothing_is_kept_of_what_is_recognized(through: str, tmp_path: Path) -> None:
    statement = {"matcher": "import knowledge.encoders", "recognizer": HEARING.format(str(tmp_path / "cache"))}
    files = opened(statement[through], tmp_path)
    assert files
    assert [file for file in files if file.startswith(str(tmp_path)) or "telemetry" in file or ".db" in file] == []
    assert not (tmp_path / ".cache").exists()
