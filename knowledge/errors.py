"""What can go wrong in the knowledge base.

KnowledgeError
├── ArticleError     articles that cannot be read; carries every problem found
├── ModelError       a model's package is missing, or its file is not the pinned one
├── FitError         targets that nothing can be learnt from
└── EvaluationError  data brought to `hotline kb eval` that cannot be read
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an article; `line` and `column` count from 1."""

    file: Path
    line: int
    column: int
    code: str
    message: str
    suggestion: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} — {self.suggestion}"


class KnowledgeError(Exception):
    """Anything wrong with the knowledge base."""


class ArticleError(KnowledgeError):
    """Articles that cannot be read."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ModelError(KnowledgeError):
    """A model's package is missing, or its file is not the pinned one."""


class FitError(KnowledgeError):
    """Targets that nothing can be learnt from."""


class EvaluationError(KnowledgeError):
    """Data brought to `hotline kb eval` that cannot be read."""
