"""The files of a version, read; and what was read of a kept one, kept beside its copy.

Reading a hundred files of YAML takes half a second of computing. A controller that starts again has callers who wait,
and the files that it begins with are nearly always those that it had.
"""

import functools
import hashlib
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path

import pydantic
import structlog

import dialplan
import knowledge
from ari_app.editions.history import Copy
from dialplan.loader import Dialplan, load_dialplan
from ivr.speech.atomic import write_atomically
from knowledge.library import Library, load_library

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """The files of a version, read."""

    version: str
    dialplan: Dialplan
    library: Library


def read_content(copy: Copy) -> Content:
    """
    Raises:
        DialplanError, KnowledgeError: every problem of the files.
    """
    return Content(copy.version, load_dialplan(copy.dialplan), load_library(copy.articles))


def read_kept(copy: Copy) -> Content:
    """As `read_content`, of a version that is kept: what this very program has read of it before is taken as it is.

    Raises:
        DialplanError, KnowledgeError: every problem of the files.
    """
    file, stamp = copy.dialplan.parent / "read", f"{_program()} {copy.dialplan}\n".encode()
    try:
        before = file.read_bytes()
        if before.startswith(stamp):
            content: Content = pickle.loads(before[len(stamp) :])  # noqa: S301  nobody but us writes there
            return content
    except FileNotFoundError:
        pass
    except Exception:  # whatever is wrong with the file, the version itself is there
        log.exception("what was read before cannot be used", version=copy.version)
    content = read_content(copy)
    try:
        write_atomically(file, stamp + pickle.dumps(content))
    except OSError as error:
        log.warning("what was read is not kept", version=copy.version, error=str(error))
    return content


@functools.cache
def _program() -> str:
    """Tells one program from another that might read the same files differently."""
    sources = hashlib.sha256(f"{sys.version} {pydantic.VERSION}".encode())
    for package in (dialplan, knowledge):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                sources.update(file.read_bytes())
    sources.update(Path(__file__).read_bytes())
    return sources.hexdigest()
