"""The knowledge base's section of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class KnowledgeSettings:
    """The thresholds are confidences, 0…1: from `accept` on the line takes what it understood, from `confirm` on it
    asks whether that is meant."""

    articles: Path = Path(__file__).parent / "articles"
    """Those that are shipped, `<language>/<id>.md`; a line takes them into its knowledge base when it first starts."""

    published: Path | None = None
    """Where a line keeps what of its knowledge base is in force, in the same form."""

    accept: float = 0.55
    confirm: float = 0.15

    cache: Path | None = None
    """Keeps what was learnt."""

    learn: Literal["propose", "accept"] = "propose"
    """What becomes of sentences that callers confirmed: proposed to a reviewer, or taken when two have said them."""

    most_phrasings: int = 20
    """An article does not learn beyond these."""

    @property
    def in_force(self) -> Path:
        """The folder of the articles that the line speaks."""
        return self.published if self.published is not None and self.published.is_dir() else self.articles
