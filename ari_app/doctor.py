"""`hotline doctor`: what is there, what is missing, and what to do about it.

Every part of the product has a check: a function from the settings to findings. Those of this machine and of Asterisk
are here; the other folders' are given to `examine` beside them.
"""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ari_app.line_errors import LineNotRunning
from ari_app.pbx.errors import AsteriskMissing, PbxError
from ari_app.pbx.fetch import NEEDED_BYTES, check_tools
from ari_app.pbx.installation import find_installation
from ari_app.pbx.mirror import find_mirror
from ari_app.pbx.ports import check_port
from ari_app.running_line import read_running_line
from ari_app.settings import Settings

OLDEST_PYTHON = (3, 11)
COMFORTABLE_BYTES = 2_000_000_000
"""Of free room for recordings and models; with less a line runs, but not for long."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do, and is empty when all is well."""

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    remedy: str = ""


Check = Callable[[Settings], Iterable[Finding]]


def examine(settings: Settings, checks: Iterable[Check]) -> list[Finding]:
    """The findings of all checks, in order. A check that breaks is a finding itself."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check(settings)
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            findings.append(
                Finding(name, "fail", f"could not be examined: {error!r}", "report this with the output of --json")
            )
    return findings


def check_python(settings: Settings) -> Iterable[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        yield Finding("python", "fail", f"Python {version}", f"use Python {oldest} or newer")
    else:
        yield Finding("python", "ok", f"Python {version}, {os.cpu_count()} cores")


def check_folders(settings: Settings) -> Iterable[Finding]:
    for name, folder in (("state", settings.state_dir), ("cache", settings.cache_dir)):
        yield _folder(name, folder)


def check_disk(settings: Settings) -> Iterable[Finding]:
    for name, folder in (("disk of state", settings.state_dir), ("disk of cache", settings.cache_dir)):
        free = shutil.disk_usage(nearest_existing(folder)).free
        detail = f"{free / 1e9:.1f} GB free"
        if free < NEEDED_BYTES:
            yield Finding(name, "fail", detail, f"free some room at {folder}")
        elif free < COMFORTABLE_BYTES:
            yield Finding(name, "warn", detail, f"free some room at {folder} before recordings and models fill it")
        else:
            yield Finding(name, "ok", detail)


def check_asterisk(settings: Settings) -> Iterable[Finding]:
    try:
        found = find_installation(settings.pbx, settings.cache_dir)
    except AsteriskMissing as error:
        yield _missing_asterisk(settings, error)
    except PbxError as error:
        yield Finding("asterisk", "fail", str(error), "install Asterisk 22.6 or newer")
    else:
        yield Finding("asterisk", "ok", f"Asterisk {found.version_text}, {found.origin}: {found.program[-1]}")


def check_ports(settings: Settings) -> Iterable[Finding]:
    try:
        line = read_running_line(settings.run_dir)
    except LineNotRunning:
        pass
    else:
        yield Finding("ports", "ok", f"in use by the line that is up (pid {line.pid})")
        return
    pbx, web = settings.pbx, settings.web
    ports = (
        ("port of SIP", pbx.bind, pbx.sip_port, socket.SOCK_DGRAM, "pbx.sip_port"),
        ("port of ARI", pbx.control_bind, pbx.http_port, socket.SOCK_STREAM, "pbx.http_port"),
        ("port of AMI", pbx.control_bind, pbx.ami_port, socket.SOCK_STREAM, "pbx.ami_port"),
        ("port of the key menu", "127.0.0.1", pbx.agi_port, socket.SOCK_STREAM, "pbx.agi_port"),
        ("port of the web", web.host, web.port, socket.SOCK_STREAM, "web.port"),
    )
    for name, address, port, kind, setting in ports:
        try:
            check_port(address, port, kind, setting)
        except PbxError as error:
            yield Finding(name, "fail", str(error), f"stop what uses it, or set {setting}")
        else:
            yield Finding(name, "ok", f"{address}:{port} is free")


CHECKS: tuple[Check, ...] = (check_python, check_folders, check_disk, check_asterisk, check_ports)
"""Of this machine and of Asterisk."""


def _missing_asterisk(settings: Settings, error: AsteriskMissing) -> Finding:
    if settings.pbx.asterisk is not None:
        return Finding("asterisk", "fail", str(error), "set pbx.asterisk to Asterisk 22.6 or newer, or unset it")
    try:
        check_tools()
        mirror = find_mirror()
    except PbxError as why_not:
        return Finding("asterisk", "fail", f"{error}, but {why_not}", "install Asterisk 22.6 or newer")
    return Finding("asterisk", "warn", str(error), f"`hotline up` fetches it from {mirror} (about 60 MB)")


def _folder(name: str, folder: Path) -> Finding:
    nearest = nearest_existing(folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        setting = f"HOTLINE_{name.upper()}"
        return Finding(
            f"{name} folder", "fail", f"{folder} cannot be written", f"change the rights of {nearest}, or set {setting}"
        )
    return Finding(f"{name} folder", "ok", str(folder) if folder.exists() else f"{folder} (will be made)")


def nearest_existing(folder: Path) -> Path:
    """The folder, or the one in which it would be made."""
    return next(path for path in (folder, *folder.parents) if path.exists())
