"""What can go wrong in the knowledge base.

KnowledgeError
├── ArticleError     articles that cannot be read; carries every problem found
├── ModelError       a model's package is missing, or its file is not the pinned one
├── FitError         targets that nothing can be learnt from
├── EvaluationError  data brought to `hotline kb eval` that cannot be read
├── NotThere         an article, a version or an attachment that the base does not have
│   └── ArticleNotFound
├── AttachmentRefused  too large, or of a kind that is not attached
├── EditConflict     somebody else has saved the draft meanwhile
└── ReviewError      a step that cannot be taken
    ├── NotAllowed      not in this stage; says what may be done instead
    ├── OwnArticle      a reviewer is never an author
    ├── OpenVersion     another version of the article is being worked on
    └── ReasonMissing   sent back, or retired, without a word why
"""

from __future__ import annotations

from collections.abc import Iterable
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


class NotThere(KnowledgeError):
    """`what` is an article, a version or an attachment, as somebody named it."""

    def __init__(self, what: object) -> None:
        super().__init__(f"there is no {what}")


class ArticleNotFound(NotThere):
    def __init__(self, key: object) -> None:
        super().__init__(f"article {key}")


class AttachmentRefused(KnowledgeError):
    """Too large, empty, or of a kind that is not attached."""


class EditConflict(KnowledgeError):
    """`rev` is that of what is saved now, `by` who saved it."""

    def __init__(self, key: object, rev: int, by: str) -> None:
        super().__init__(f"{by} has changed the draft of {key} meanwhile: look at it again")
        self.rev = rev
        self.by = by


class ReviewError(KnowledgeError):
    """A step that cannot be taken."""


class NotAllowed(ReviewError):
    """`instead` are the steps that may be taken now."""

    def __init__(self, step: str, stage: str, instead: Iterable[str]) -> None:
        self.instead = tuple(instead)
        hint = f"; it may be: {', '.join(self.instead)}" if self.instead else ""
        super().__init__(f"what is {stage} does not go through '{step}'{hint}")


class OwnArticle(ReviewError):
    def __init__(self, by: str) -> None:
        super().__init__(f"{by} has written at this version: somebody else has to approve it")


class OpenVersion(ReviewError):
    """`keys` are the articles that somebody is working on."""

    def __init__(self, keys: Iterable[object]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"another version is being worked on: {', '.join(map(str, self.keys))}")


class ReasonMissing(ReviewError):
    def __init__(self) -> None:
        super().__init__("say why")
