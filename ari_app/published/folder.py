"""The folder of published articles, in the form of the shipped one: what the line speaks, derived from the base."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ari_app.editions.history import article_files
from ivr.speech.atomic import write_atomically
from knowledge.store import Version

Files = Mapping[Path, bytes]
"""What each file says, by its place in the folder."""
Look = Mapping[str, tuple[int, int]]
"""Each file's time of change (ns) and size, by its path."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Places in the folder."""

    written: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def published_files(versions: Iterable[Version], shipped: Path) -> Files:
    """The versions, and the chatter that lies beside the shipped articles: the base has none.

    Raises:
        OSError: the chatter cannot be read.
    """
    chatter = {file.relative_to(shipped): file.read_bytes() for file in shipped.glob("*/chatter.txt")}
    return {**{version.key.file: version.text.encode() for version in versions}, **chatter}


def write_published(files: Files, folder: Path) -> Changed:
    """Make `folder` say `files` and nothing else. Only what differs is touched; what is new is there before anything
    goes; a folder that is not there yet appears whole.

    Raises:
        OSError: it cannot be written; what is not written yet is as it was.
    """
    if not folder.is_dir():
        _write_whole(files, folder)
        return Changed(written=tuple(sorted(files)))
    there = {file.relative_to(folder): file for file in article_files(folder)}
    written = [place for place in sorted(files) if _said(there.get(place)) != files[place]]
    for place in written:
        write_atomically(folder / place, files[place])
    removed = [place for place in there if place not in files]
    for place in removed:
        there[place].unlink(missing_ok=True)
    return Changed(tuple(written), tuple(removed))


def look_at(folder: Path) -> Look:
    """What can be told of the files without reading them; empty when there is no folder. Quick: it is done each
    second."""
    found: dict[str, tuple[int, int]] = {}
    try:
        for language in [entry.path for entry in os.scandir(folder) if entry.is_dir()]:
            for entry in os.scandir(language):
                if not entry.name.startswith("."):  # those are being written
                    status = entry.stat()
                    found[entry.path] = status.st_mtime_ns, status.st_size
    except FileNotFoundError:
        pass  # being replaced: the next look will tell
    return found


def _said(file: Path | None) -> bytes | None:
    try:
        return file.read_bytes() if file is not None else None
    except FileNotFoundError:
        return None


def _write_whole(files: Files, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for place, content in files.items():
            (part / place).parent.mkdir(exist_ok=True)
            (part / place).write_bytes(content)
        part.chmod(0o755)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
