"""What a matcher tells apart. It stands alone so that reading articles does not load the machinery of matching."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Something a caller may mean, and how people say it."""

    id: str
    phrasings: tuple[str, ...]
