"""Finding an Asterisk to run: one that is installed, or one that was fetched into the cache folder."""

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ari_app.pbx.errors import ArchitectureUnsupported, AsteriskMissing
from ari_app.pbx.settings import PbxSettings

OLDEST = (22, 6)
"""The first version whose chan_websocket takes control messages as JSON."""

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """An Asterisk that can be started: `[*program, "-C", "asterisk.conf", …]`."""

    program: tuple[str, ...]
    modules: Path
    data: Path
    """Holds sounds/ and moh/."""
    version: Version
    origin: Literal["installed", "fetched"]

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version))


@dataclass(frozen=True, slots=True)
class Architecture:
    debian: str
    multiarch: str
    loader: str


_ARCHITECTURES = {
    "x86_64": Architecture("amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": Architecture("arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


def this_architecture() -> Architecture:
    """Raises ArchitectureUnsupported."""
    machine = platform.machine()
    try:
        return _ARCHITECTURES[machine]
    except KeyError:
        oldest = ".".join(map(str, OLDEST))
        raise ArchitectureUnsupported(
            f"no Asterisk can be fetched for {machine}: install Asterisk {oldest} or newer and name it in the settings"
        ) from None


def find_installation(settings: PbxSettings, cache_dir: Path) -> Installation:
    """The Asterisk to run: the one named in the settings, else an installed one, else a fetched one.

    Raises AsteriskMissing; the message says why what was found does not serve.
    """
    if settings.asterisk is not None:
        return _inspect_installed(settings.asterisk)
    refused = ""
    installed = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if installed:
        try:
            return _inspect_installed(Path(installed))
        except AsteriskMissing as error:
            refused = f" ({error})"
    fetched = find_fetched(settings.suite, cache_dir)
    if fetched is None:
        raise AsteriskMissing(f"no usable Asterisk on this machine yet{refused}: `hotline up` fetches one")
    return fetched


def fetched_folder(suite: str, cache_dir: Path) -> Path:
    """Where the tree of a suite lies once it is complete. It never exists half-made."""
    return cache_dir / f"asterisk-{suite}-{this_architecture().debian}"


def find_fetched(suite: str, cache_dir: Path) -> Installation | None:
    """The fetched Asterisk, or None while there is no complete one."""
    root = fetched_folder(suite, cache_dir)
    return inspect_tree(root) if root.is_dir() else None


def inspect_tree(root: Path) -> Installation:
    """The Asterisk in an unpacked tree of Debian packages, started by the loader and with the libraries in it.

    Raises AsteriskMissing when it does not run.
    """
    architecture = this_architecture()
    libraries = root / "usr/lib" / architecture.multiarch
    binary = str(root / "usr/sbin/asterisk")
    loader = (str(libraries / architecture.loader), "--library-path", str(libraries), "--argv0", "asterisk", binary)
    return Installation(
        program=loader,
        modules=libraries / "asterisk/modules",
        data=root / "usr/share/asterisk",
        version=_read_version(loader),
        origin="fetched",
    )


def _inspect_installed(binary: Path) -> Installation:
    version = _read_version((str(binary),))
    if version < OLDEST:
        raise AsteriskMissing(f"{binary} is version {'.'.join(map(str, version))}, older than {OLDEST[0]}.{OLDEST[1]}")
    prefix = binary.resolve().parent.parent
    modules = _first_folder(
        binary, "modules", [*prefix.glob("lib*/asterisk/modules"), *prefix.glob("lib/*/asterisk/modules")]
    )
    if not (modules / "chan_websocket.so").exists():
        raise AsteriskMissing(f"{binary} has no chan_websocket module")
    data = _first_folder(binary, "sounds", [prefix / "share/asterisk", Path("/var/lib/asterisk")], containing="sounds")
    return Installation((str(binary),), modules, data, version, "installed")


def _first_folder(binary: Path, what: str, candidates: list[Path], containing: str = ".") -> Path:
    for candidate in candidates:
        if (candidate / containing).is_dir():
            return candidate
    raise AsteriskMissing(f"the {what} of {binary} were not found in {', '.join(map(str, candidates)) or 'any folder'}")


def _read_version(program: tuple[str, ...]) -> Version:
    try:
        answer = subprocess.run([*program, "-V"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise AsteriskMissing(f"{program[-1]} does not run: {error}") from error
    match = re.match(r"Asterisk (?:certified/)?(\d+(?:\.\d+)*)", answer)
    if match is None:
        raise AsteriskMissing(f"{program[-1]} does not say its version, but {answer.strip()!r}")
    return tuple(int(part) for part in match.group(1).split("."))
