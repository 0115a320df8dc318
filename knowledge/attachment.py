"""What may be attached to an article: pictures, PDF and plain text. Nothing that a browser would run."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from knowledge.errors import AttachmentRefused

LARGEST = 10 * 1024 * 1024
"""In bytes."""
_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
    "text/plain": (b"",),
}
MEDIA_TYPES: Mapping[str, str] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}
"""By the ending of a name."""
_LONGEST_NAME = 255


def media_type_of(name: str) -> str:
    """Empty where nothing of that ending is attached."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.casefold(), "")


def require_attachable(name: str, media_type: str, content: bytes) -> None:
    """Raises AttachmentRefused."""
    if not name.strip() or len(name) > _LONGEST_NAME or "/" in name or not name.isprintable():
        raise AttachmentRefused("a file needs a name of 1 to 255 characters, without a slash")
    if not content:
        raise AttachmentRefused(f"{name} is empty")
    if len(content) > LARGEST:
        raise AttachmentRefused(f"{name} is larger than {LARGEST // 1024 // 1024} MB")
    if media_type not in _BEGINNINGS:
        raise AttachmentRefused(f"{name}: only pictures, PDF and plain text are attached, not {media_type}")
    if not content.startswith(_BEGINNINGS[media_type]):
        raise AttachmentRefused(f"{name} is not {media_type}")
