"""The Debian mirror of this machine: the one in its own apt sources, in either of their two forms."""

import re
from dataclasses import dataclass
from pathlib import Path

from ari_app.pbx.errors import MirrorUnreachable

SOURCES = Path("/etc/apt")
_DEBIAN_KEYS = "debian-archive"
_RELEASES = frozenset({"stable", "testing", "unstable", "sid", "bookworm", "trixie", "forky", "duke"})
_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the apt sources."""

    uris: tuple[str, ...]
    suites: frozenset[str]
    components: frozenset[str]
    signed_by: str

    def is_debian(self) -> bool:
        """Whether it is Debian's own archive, and no add-on, update or other vendor's repository."""
        signed_by_debian = _DEBIAN_KEYS in self.signed_by or not self.signed_by
        return bool(self.suites & _RELEASES) and "main" in self.components and signed_by_debian


def find_mirror(sources: Path = SOURCES) -> str:
    """The URI of the Debian archive that this machine uses.

    Raises MirrorUnreachable when its apt sources name none.
    """
    entries = [entry for entry in _read(sources) if entry.is_debian() and entry.uris]
    # An entry that names Debian's keys is surely Debian's; one without is most likely.
    entries.sort(key=lambda entry: _DEBIAN_KEYS not in entry.signed_by)
    if not entries:
        raise MirrorUnreachable(
            f"the apt sources in {sources} name no Debian archive to fetch Asterisk from: "
            "add one, or install Asterisk 22.6 or newer"
        )
    return entries[0].uris[0]


def _read(sources: Path) -> list[Source]:
    parts = sources / "sources.list.d"
    entries = []
    for path in [sources / "sources.list", *sorted(parts.glob("*.list"))]:
        if path.is_file():
            entries += _read_one_line(path.read_text())
    for path in sorted(parts.glob("*.sources")):
        entries += _read_deb822(path.read_text())
    return entries


def _read_one_line(text: str) -> list[Source]:
    entries = []
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match:
            options = dict(option.split("=", 1) for option in (match["options"] or "").split() if "=" in option)
            entries.append(
                Source(
                    uris=(match["uri"],),
                    suites=frozenset({match["suite"]}),
                    components=frozenset(match["components"].split()),
                    signed_by=options.get("signed-by", ""),
                )
            )
    return entries


def _read_deb822(text: str) -> list[Source]:
    entries = []
    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for paragraph in re.split(r"\n\s*\n", without_comments):
        fields = _fields(paragraph)
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes") != "no":
            entries.append(
                Source(
                    uris=tuple(fields.get("uris", "").split()),
                    suites=frozenset(fields.get("suites", "").split()),
                    components=frozenset(fields.get("components", "").split()),
                    signed_by=fields.get("signed-by", ""),
                )
            )
    return entries


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1].isspace() and name:
            fields[name] += f" {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields
