"""The versions of the dialplan that were good: each is kept as a copy of its files, `<state>/dialplans/<version>/`.

A version is the dialplan's own files and the articles; its name is a short hash of their content.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

KEPT_VERSIONS = 50
_HASH_LENGTH = 10
_DIALPLAN, _ARTICLES = "dialplan", "articles"
_INDEX = "history.jsonl"
_DRAFT = ".draft-"


@dataclass(frozen=True, slots=True)
class Copy:
    """Files of a version: the folder of the dialplan and that of the articles."""

    version: str
    dialplan: Path
    articles: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """A version came into force: when (aware UTC), and by what (start, file edit, publication, rollback by NAME)."""

    at: datetime
    version: str
    by: str


class History:
    """The folder of kept versions, and the order in which they were in force."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def draft(self, dialplan: Path, articles: Path) -> Iterator[Copy]:
        """A copy of the files as they are now, gone afterwards unless it was kept.

        Raises:
            OSError: a file vanished meanwhile, or the history cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=self._folder, ignore_cleanup_errors=True) as name:
            place = Path(name)
            _copy(dialplan_files(dialplan), dialplan, place / _DIALPLAN)
            _copy(article_files(articles), articles, place / _ARTICLES)
            version = version_of(place / _DIALPLAN, place / _ARTICLES)
            yield Copy(version, place / _DIALPLAN, place / _ARTICLES)

    def keep(self, draft: Copy) -> Copy:
        """The draft as a version of the history; one that is there already stays as it is."""
        place = self._folder / draft.version
        if not place.exists():
            draft.dialplan.parent.rename(place)
        return self._copy_in(place)

    def find(self, dialplan: Path, articles: Path) -> Copy | None:
        """The kept version that these files are; None when they are none, or the version is not kept.

        Raises:
            OSError: a file vanished meanwhile.
        """
        return self.get(version_of(dialplan, articles))

    def get(self, version: str) -> Copy | None:
        place = self._folder / version
        is_name = place.parent == self._folder and not version.startswith(".")
        return self._copy_in(place) if is_name and (place / _DIALPLAN).is_dir() else None

    def note(self, version: str, at: datetime, by: str) -> None:
        """`version` is in force; noted once when it was the last one already."""
        entries = self.entries()
        if entries and entries[-1].version == version:
            return
        line = json.dumps({**asdict(Entry(at, version, by)), "at": at.isoformat()})
        with (self._folder / _INDEX).open("a", encoding="utf-8") as index:
            index.write("\n" + line)  # a line that a power cut has left half written does not take this one with it

    def entries(self) -> list[Entry]:
        """The kept versions as they came into force, oldest first; a version that came back is there twice."""
        try:
            lines = (self._folder / _INDEX).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found = (_entry(line) for line in lines)
        return [entry for entry in found if entry is not None and self.get(entry.version) is not None]

    def forget(self, but_not: frozenset[str], keep: int = KEPT_VERSIONS) -> None:
        """Delete all but the last `keep` versions that were in force; never one of `but_not`."""
        latest = list(dict.fromkeys(entry.version for entry in reversed(self.entries())))
        for version in latest[keep:]:
            if version not in but_not:
                shutil.rmtree(self._folder / version)

    @staticmethod
    def _copy_in(place: Path) -> Copy:
        return Copy(place.name, place / _DIALPLAN, place / _ARTICLES)


def dialplan_files(folder: Path) -> list[Path]:
    """The files that make the dialplan in `folder`; its scenarios are tests."""
    return sorted(file for file in folder.glob("*.yaml") if not file.name.startswith("."))


def article_files(folder: Path) -> list[Path]:
    """The articles in `folder`, and the chatter beside them."""
    articles = (file for file in folder.glob("*/*.md") if not file.name.startswith("."))
    return sorted([*articles, *folder.glob("*/chatter.txt")])


def has_same_dialplan(one: Copy, other: Copy) -> bool:
    """Only their articles differ, if anything."""
    contents = ({file.name: file.read_bytes() for file in dialplan_files(copy.dialplan)} for copy in (one, other))
    return next(contents) == next(contents)


def _copy(files: list[Path], source: Path, target: Path) -> None:
    target.mkdir()
    for file in files:
        place = target / file.relative_to(source)
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, place)


def version_of(dialplan: Path, articles: Path) -> str:
    """The name of the version that these two folders are, wherever they lie."""
    content = hashlib.sha256()
    for folder, files in ((dialplan, dialplan_files(dialplan)), (articles, article_files(articles))):
        for file in files:
            text = file.read_bytes()
            content.update(f"{file.relative_to(folder)} {len(text)}\n".encode())
            content.update(text)
    return content.hexdigest()[:_HASH_LENGTH]


def _entry(line: str) -> Entry | None:
    """None for a line that a power cut has left half written."""
    try:
        found = json.loads(line)
        return Entry(datetime.fromisoformat(found["at"]), found["version"], found["by"])
    except (ValueError, KeyError, TypeError):
        return None
