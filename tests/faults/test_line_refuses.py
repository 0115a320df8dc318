"""What keeps a line from starting is told in a sentence, with exit code 1; nothing is left running."""

import re
import shutil
import socket
from pathlib import Path

import pytest
from real_line import RealLine, wait_until

from dialplan.loader import SHIPPED


def refused(line: RealLine) -> str:
    """What `hotline up` says while it gives up."""
    line.start()
    assert line.process is not None
    try:
        assert line.process.wait(60) == 1
    finally:
        line.process.kill()
    said = line.told()
    assert "Traceback" not in said
    assert wait_until(lambda: not line.leftovers(), 30), line.leftovers()
    return said


# 000-24
def test_a_port_in_use_names_port_setting_and_holder(tmp_path: Path) -> None:
    line = RealLine(tmp_path / "state")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", line.settings.pbx.sip_port))
        said = refused(line)
    assert re.search(rf"hotline: UDP port {line.settings.pbx.sip_port} .*pbx.sip_port.* is in use by .*pid", said)


# 000-24
def test_a_state_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = RealLine(tmp_path / "state", {"HOTLINE_STATE": str(tmp_path / "file" / "state")})
    assert f"hotline: the state folder {tmp_path}/file/state cannot be written" in refused(line)


# 000-24 004-1
@pytest.mark.parametrize(
    ("file", "wrong", "place"),
    [
        ("menus.yaml", ("version: 1", "version: [1"), "menus.yaml:"),
        ("groups.yaml", ("ring_s: ", "rings_s: "), "groups.yaml:"),
        ("menus.yaml", ("menu: accounts}", "menu: acounts}"), "menus.yaml:"),
    ],
)
def test_a_broken_dialplan_is_told_with_its_place(
    tmp_path: Path, file: str, wrong: tuple[str, str], place: str
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(SHIPPED, folder)
    text = (folder / file).read_text()
    assert wrong[0] in text
    (folder / file).write_text(text.replace(*wrong))
    config = tmp_path / "broken.toml"
    config.write_text(f'dialplan = "{folder}"\n')
    line = RealLine(tmp_path / "state", {"HOTLINE_CONFIG": str(config)})
    said = refused(line)
    assert re.search(rf"hotline: .*{place}\d+:\d+: ", said), said
    assert "starting" not in said


def test_a_dialplan_that_is_not_there(tmp_path: Path) -> None:
    config = tmp_path / "nowhere.toml"
    config.write_text('dialplan = "/nowhere/at/all"\n')
    assert "/nowhere/at/all" in refused(RealLine(tmp_path / "state", {"HOTLINE_CONFIG": str(config)}))
