"""What was learnt from the phrasings, kept on disk: a restarted line understands at once.

The folder is a cache of ours, as trusted as the program: joblib files run code when they are read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import joblib
import numpy
import sklearn
import structlog

Learnt = TypeVar("Learnt")

_VERSION = 11
"""Raise it when the same phrasings are learnt in another way."""
_KEPT_FILES = 16
_log = structlog.get_logger(__name__)


def remember(folder: Path, material: str, learn: Callable[[], Learnt]) -> Learnt:
    """What was learnt from `material` before, else what `learn` makes of it now. A folder that cannot be used is
    only a loss of time."""
    versions = f"{_VERSION} {sklearn.__version__} {numpy.__version__}"
    file = folder / f"{hashlib.sha256(f'{versions} {material}'.encode()).hexdigest()[:32]}.joblib"
    try:
        known: Learnt = joblib.load(file)
    except FileNotFoundError:
        pass
    except Exception as error:
        _log.warning("what was learnt before cannot be read", file=str(file), error=str(error))
    else:
        return known
    learnt = learn()
    try:
        _keep(file, learnt)
    except OSError as error:
        _log.warning("what was learnt is not kept", folder=str(folder), error=str(error))
    return learnt


def _keep(file: Path, learnt: object) -> None:
    """Write `file` whole or not at all, and forget the oldest of its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    os.close(descriptor)
    try:
        joblib.dump(learnt, name)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)
    by_age = sorted(file.parent.glob("*.joblib"), key=lambda kept: kept.stat().st_mtime, reverse=True)
    for old in by_age[_KEPT_FILES:]:
        old.unlink(missing_ok=True)
