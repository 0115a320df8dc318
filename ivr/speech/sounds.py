"""The recordings: `<folder>/<language>/<name>.wav` and `<folder>/manifest.yaml`, found by what they say."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML

from ivr.speech.atomic import write_atomically
from ivr.speech.audio import AudioError
from ivr.speech.wav import read_mulaw

MANIFEST = "manifest.yaml"
ANY_LANGUAGE = "any"

# A thousand entries are read at every start: the parser in C is thirty times as fast as ruamel's.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_log = structlog.get_logger(__name__)


class ManifestError(Exception):
    """manifest.yaml cannot be read or does not say what it must."""


class Recording(BaseModel):
    """An entry of the manifest: what a file says, who says it, and on what terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    language: str
    text: str
    text_hash: str
    engine: str
    voice: str
    licence: str

    def path(self, folder: Path) -> Path:
        return folder / self.language / f"{self.name}.wav"


_ENTRIES = TypeAdapter(tuple[Recording, ...])


def text_hash(language: str, text: str) -> str:
    """The key under which a recording of `text` is found; white space does not count."""
    return hashlib.sha256(f"{language}\n{' '.join(text.split())}".encode()).hexdigest()[:16]


def read_manifest(folder: Path) -> tuple[Recording, ...]:
    """The entries of the manifest in `folder`; none when there is no manifest.

    Raises:
        ManifestError: it is broken.
    """
    path = folder / MANIFEST
    if not path.exists():
        return ()
    try:
        return _ENTRIES.validate_python(yaml.load(path.read_bytes(), _Loader))  # noqa: S506  it only makes texts
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ManifestError(f"{path}: {error}") from error


def write_manifest(folder: Path, recordings: Iterable[Recording]) -> None:
    """Write the manifest of `folder`, sorted by language and name, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    entries = sorted(recordings, key=lambda recording: (recording.language, recording.name))
    yaml = YAML()
    yaml.width = 1000
    document = BytesIO()
    document.write(b"# Written by `hotline sounds render`; the texts come from the dialplan and the knowledge base.\n")
    yaml.dump([entry.model_dump() for entry in entries], document)
    write_atomically(folder / MANIFEST, document.getvalue())


class Recordings:
    """The recordings of a folder. A file is read once and kept, the last `keep_bytes` of them."""

    def __init__(self, folder: Path, keep_bytes: int = 64 * 1024 * 1024) -> None:
        """
        Raises:
            ManifestError: the manifest is broken.
        """
        self._paths = {entry.text_hash: entry.path(folder) for entry in read_manifest(folder)}
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._keep_bytes = keep_bytes

    def find(self, language: str, text: str) -> bytes | None:
        """The recording (mu-law, 8 kHz) of exactly this text, or None; a damaged file is none."""
        key = text_hash(language, text)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        path = self._paths.get(key)
        if path is None:
            return None
        try:
            audio = read_mulaw(path)
        except (OSError, AudioError) as error:
            _log.warning("recording unreadable", file=str(path), why=str(error))
            del self._paths[key]
            return None
        self._keep(key, audio)
        return audio

    def _keep(self, key: str, audio: bytes) -> None:
        self._kept[key] = audio
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._keep_bytes:
            self._kept.popitem(last=False)
