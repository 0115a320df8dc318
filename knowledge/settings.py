"""The knowledge base's section of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnowledgeSettings:
    """`articles` holds `<language>/<id>.md`. The thresholds are confidences, 0…1: from `accept` on the line takes
    what it understood, from `confirm` on it asks whether that is meant. `cache` keeps what was learnt."""

    articles: Path = Path(__file__).parent / "articles"
    accept: float = 0.55
    confirm: float = 0.25
    cache: Path | None = None
