"""The folder of vosk models: what is installed, an explicit download, removal. Nothing downloads by itself."""

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

_NAME = re.compile(r"vosk-model-[A-Za-z0-9._-]+")
_LANGUAGE = re.compile(r"vosk-model-(?:small-)?([a-z]{2})\b")
_CHINESE = {"cn": "zh"}
_CHUNK = 1 << 18

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far and, where the server tells, the whole size."""


class FetchError(Exception):
    """A model could not be fetched or removed; nothing of it was left behind."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    name: str
    language: str
    path: Path
    megabytes: int


def installed_models(folder: Path) -> list[InstalledModel]:
    """The vosk models in `folder`, by name. A folder counts when it has an acoustic model."""
    if not folder.is_dir():
        return []
    return [
        InstalledModel(path.name, language_of(path.name), path, _megabytes(path))
        for path in sorted(folder.iterdir())
        if _NAME.fullmatch(path.name) and _is_model(path)
    ]


def installed_for(language: str, folder: Path) -> InstalledModel | None:
    """The installed model for `language`; of several the largest."""
    fitting = [model for model in installed_models(folder) if model.language == language]
    return max(fitting, key=lambda model: model.megabytes, default=None)


def language_of(name: str) -> str:
    """The ISO 639-1 code in a vosk model's name; "" when there is none."""
    found = _LANGUAGE.match(name)
    return _CHINESE.get(found.group(1), found.group(1)) if found else ""


def fetch(name: str, folder: Path, base_url: str, progress: Progress, sha256: str | None = None) -> InstalledModel:
    """Download `<base_url>/<name>.zip` and unpack it into `folder`, whole or not at all.

    Raises:
        FetchError: no such name, not reachable, cut off, wrong checksum, not a vosk model, or not writable.
    """
    if not _NAME.fullmatch(name):
        raise FetchError(f"{name!r} is not the name of a vosk model, like vosk-model-small-en-us-0.15")
    if (folder / name).exists():
        raise FetchError(f"{name} is already there: `hotline models remove {name}` first")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as scratch:
            archive = Path(scratch) / "model.zip"
            _download(f"{base_url.rstrip('/')}/{name}.zip", archive, progress, sha256)
            _unpack(archive, name, Path(scratch) / "unpacked").rename(folder / name)
    except OSError as error:
        raise FetchError(f"cannot write to {folder}: {error.strerror or error}") from error
    return InstalledModel(name, language_of(name), folder / name, _megabytes(folder / name))


def remove(name: str, folder: Path) -> None:
    """Delete an installed model.

    Raises:
        FetchError: there is none of that name, or it cannot be deleted.
    """
    model = next((model for model in installed_models(folder) if model.name == name), None)
    if model is None:
        raise FetchError(f"no model {name!r} is installed in {folder}")
    try:
        shutil.rmtree(model.path)
    except OSError as error:
        raise FetchError(f"cannot delete {model.path}: {error.strerror or error}") from error


def _download(url: str, target: Path, progress: Progress, sha256: str | None) -> None:
    digest, received = hashlib.sha256(), 0
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=30.0) as response, target.open("wb") as file:
            if response.status_code != httpx.codes.OK:
                raise FetchError(f"{url} answered {response.status_code} {response.reason_phrase}")
            size = int(response.headers["content-length"]) if "content-length" in response.headers else None
            for chunk in response.iter_bytes(_CHUNK):
                file.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                progress(received, size)
    except httpx.HTTPError as error:
        raise FetchError(f"{url}: {error or type(error).__name__}") from error
    if sha256 is not None and digest.hexdigest() != sha256.lower():
        raise FetchError(f"{url} has the sha256 {digest.hexdigest()}, not the one given")


def _unpack(archive: Path, name: str, target: Path) -> Path:
    """The unpacked model folder; the archive's own checksums are verified on the way."""
    try:
        with zipfile.ZipFile(archive) as content:
            if any(Path(entry).is_absolute() or ".." in Path(entry).parts for entry in content.namelist()):
                raise FetchError(f"{name}.zip holds paths that lead out of its folder")
            content.extractall(target)
    except (zipfile.BadZipFile, EOFError) as error:
        raise FetchError(f"{name}.zip is damaged: {error}") from error
    if not _is_model(target / name):
        raise FetchError(f"{name}.zip holds no vosk model named {name}")
    return target / name


def _is_model(path: Path) -> bool:
    return (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file()


def _megabytes(path: Path) -> int:
    return round(sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6)
