"""What another command must know to reach the running line: `<state>/run/line.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ari_app.line_errors import LineNotRunning
from ari_app.processes import ProcessId, identify

_FILE = "line.json"


@dataclass(frozen=True, slots=True)
class RunningLine:
    pid: int
    """Of `hotline up`."""
    started: str
    sip_host: str
    sip_port: int
    number: str
    """To dial; the dialplan's first."""
    trunk_address: str
    """Calls from this address are taken for the trunk's."""
    ari_url: str
    web_url: str
    asterisk_folder: str
    """Asterisk's run folder, with its passwords in secrets.json."""


def read_running_line(run_dir: Path) -> RunningLine:
    """The line that runs now.

    Raises LineNotRunning.
    """
    try:
        line = RunningLine(**json.loads((run_dir / _FILE).read_text()))
    except (OSError, ValueError, TypeError):
        line = None
    if line is None or identify(line.pid) != ProcessId(line.pid, line.started):
        raise LineNotRunning(f"no line is running in {run_dir.parent}: start one with `hotline up`")
    return line


def write_running_line(run_dir: Path, line: RunningLine) -> None:
    beside = run_dir / f"{_FILE}.new"
    beside.write_text(json.dumps(asdict(line), indent=2))
    beside.replace(run_dir / _FILE)


def forget_running_line(run_dir: Path) -> None:
    (run_dir / _FILE).unlink(missing_ok=True)
