"""What the PBX finds on a machine: its Debian mirror, an Asterisk, free ports; and what the doctor says of it."""

import dataclasses
import os
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from ari_app.doctor import CHECKS, Finding, check_asterisk, check_folders, check_ports, examine
from ari_app.pbx.errors import (
    AptMissing,
    AsteriskMissing,
    CacheUnwritable,
    ConfigurationRejected,
    DiskFull,
    MirrorUnreachable,
    PortInUse,
)
from ari_app.pbx.fetch import fetch_asterisk
from ari_app.pbx.installation import fetched_folder, find_installation
from ari_app.pbx.mirror import find_mirror
from ari_app.pbx.ports import check_port
from ari_app.pbx.settings import PbxSettings
from ari_app.settings import Settings

DEB822 = """\
# a comment
Types: deb deb-src
# URIs: http://snapshot.invalid/debian
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
FOREIGN = """\
deb [signed-by=/usr/share/keyrings/vendor.gpg] https://vendor.invalid/apt stable main
deb https://cloud.invalid/apt cloud-sdk-bookworm main
deb https://docker.invalid/linux bookworm stable
deb-src http://mirror.invalid/src bookworm main
# deb http://old.invalid/debian bookworm main
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "apt"
    (folder / "sources.list.d").mkdir(parents=True)
    (folder / "sources.list.d/vendors.list").write_text(FOREIGN)
    return folder


def test_the_mirror_of_deb822_sources(sources: Path) -> None:
    (sources / "sources.list.d/debian.sources").write_text(DEB822)
    assert find_mirror(sources) == "http://mirror.invalid/debian"


def test_the_mirror_of_one_line_sources(sources: Path) -> None:
    (sources / "sources.list").write_text(
        "deb http://mirror.invalid/debian-security bookworm-security main\n"
        "deb [arch=amd64] http://near.invalid/debian/ trixie main contrib  # the near one\n"
    )
    assert find_mirror(sources) == "http://near.invalid/debian/"


@pytest.mark.parametrize("text", ["", DEB822.replace("Types:", "Enabled: no\nTypes:")])
def test_no_mirror_is_said_with_a_remedy(sources: Path, text: str) -> None:
    (sources / "sources.list.d/debian.sources").write_text(text)
    with pytest.raises(MirrorUnreachable, match="install Asterisk"):
        find_mirror(sources)


async def fetch(cache: Path, sources: Path) -> list[str]:
    progress: list[str] = []
    await fetch_asterisk("forky", cache, progress.append, sources)
    return progress


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def left_by_apt(folder: Path) -> list[Path]:
    return list(folder.rglob("apt.conf.*"))


# 000-24
async def test_a_fetch_without_network_is_a_message_and_counts_as_nothing(sources: Path, tmp_path: Path) -> None:
    # Not an address: a proxy of this machine would answer in its place. To apt a mirror without files is the same.
    (sources / "sources.list").write_text(f"deb file:{sources}/nothing bookworm main\n")
    with pytest.raises(MirrorUnreachable, match="Check the network"):
        await fetch(tmp_path / "cache", sources)
    assert not fetched_folder("forky", tmp_path / "cache").exists()
    with pytest.raises(AsteriskMissing):
        find_installation(PbxSettings(asterisk=None), tmp_path / "cache")


async def test_what_apt_leaves_behind_lies_in_the_folder_of_the_fetch(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources / "sources.list").write_text("deb http://mirror.invalid/debian bookworm main\n")
    apt = program(tmp_path / "bin/apt-get", "mktemp -t apt.conf.XXXXXX\nexit 100")
    monkeypatch.setenv("PATH", f"{apt.parent}:{os.environ['PATH']}")
    with pytest.raises(MirrorUnreachable):
        await fetch(tmp_path / "cache", sources)
    assert [left.parent.suffix for left in left_by_apt(tmp_path)] == [".unfinished"]


async def test_a_fetch_needs_a_cache_folder_tools_and_room(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheUnwritable, match="choose another"):
        await fetch(tmp_path / "file" / "cache", sources)
    monkeypatch.setattr("ari_app.pbx.fetch.NEEDED_BYTES", 10**18)
    with pytest.raises(DiskFull, match="free some room"):
        await fetch(tmp_path / "cache", sources)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AptMissing, match="install Asterisk"):
        await fetch(tmp_path / "cache", sources)


def test_a_folder_that_cannot_be_made_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state, cache = check_folders(Settings(state_dir=tmp_path / "new/state", cache_dir=tmp_path / "file/cache"))
    assert (state.status, cache.status) == ("ok", "fail")
    assert "HOTLINE_CACHE" in cache.remedy
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("echo Asterisk 20.1.0", "version 20.1.0, older than 22.6"),
        ("echo Asterisk 22.10.1", "the modules of"),
        ("echo hello", "does not say its version"),
        ("exit 3", "does not run"),
    ],
)
def test_an_unusable_asterisk_is_refused_with_the_reason(tmp_path: Path, script: str, complaint: str) -> None:
    binary = program(tmp_path / "asterisk", script)
    with pytest.raises(AsteriskMissing, match=complaint):
        find_installation(PbxSettings(asterisk=binary), tmp_path)


def test_an_installed_asterisk_is_taken(tmp_path: Path) -> None:
    binary = program(tmp_path / "sbin/asterisk", "echo 'Asterisk certified/22.8.1~rc1'")
    for folder in ("lib/asterisk/modules", "share/asterisk/sounds"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lib/asterisk/modules/chan_websocket.so").touch()
    found = find_installation(PbxSettings(asterisk=binary), tmp_path)
    assert (found.version, found.origin, found.data) == ((22, 8, 1), "installed", tmp_path / "share/asterisk")


def test_ports_are_explained() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"TCP port {port} .*web.port.* by .*pid {os.getpid()}"):
            check_port("127.0.0.1", port, socket.SOCK_STREAM, "web.port")
    check_port("127.0.0.1", port, socket.SOCK_STREAM, "web.port")
    for address, impossible in (("192.0.2.1", 5060), ("127.0.0.1", 70000), ("nowhere.invalid", 5060)):
        with pytest.raises(ConfigurationRejected, match="cannot be opened"):
            check_port(address, impossible, socket.SOCK_DGRAM, "pbx.sip_port")


def test_the_doctor_names_what_is_wrong_and_the_remedy(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path / "state", cache_dir=tmp_path / "cache")
    named = dataclasses.replace(settings, pbx=PbxSettings(asterisk=Path("/nowhere/asterisk")))
    (finding,) = check_asterisk(named)
    assert (finding.status, "/nowhere/asterisk does not run" in finding.detail) == ("fail", True)
    assert "pbx.asterisk" in finding.remedy
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        in_use = dataclasses.replace(settings, pbx=PbxSettings(sip_port=port))
        (sip, *_) = check_ports(in_use)
    assert (sip.status, "pbx.sip_port" in sip.remedy) == ("fail", True)


def test_a_broken_check_is_a_finding_and_the_others_go_on(tmp_path: Path) -> None:
    def check_fortune(settings: Settings) -> Iterable[Finding]:
        raise subprocess.SubprocessError("no fortune")

    findings = examine(Settings(state_dir=tmp_path, cache_dir=tmp_path), [check_fortune, *CHECKS])
    assert (findings[0].name, findings[0].status) == ("fortune", "fail")
    assert {"python", "state folder", "cache folder", "disk of state", "asterisk"} <= {each.name for each in findings}
    assert all(finding.remedy for finding in findings if finding.status != "ok")
