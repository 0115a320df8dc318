"""How a version of an article comes to be told: draft, in review, published, retired. Pure.

At most one version of an article is open (being worked on) and at most one is published; publishing one replaces the
one before it. An older version is taken up again as a new draft with its text.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from knowledge.errors import NotAllowed, OwnArticle


class Stage(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    """Waits for the time at which it is to be published."""
    PUBLISHED = "published"
    REPLACED = "replaced"
    RETIRED = "retired"
    DROPPED = "dropped"
    """A draft that was given up."""


OPEN = frozenset({Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED})


class Step(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PUBLISH = "publish"
    """Of what is approved, by the clock."""
    TAKE_BACK = "take_back"
    DROP = "drop"
    RETIRE = "retire"


_WAYS: Mapping[tuple[Stage, Step], Stage] = {
    (Stage.DRAFT, Step.EDIT): Stage.DRAFT,
    (Stage.DRAFT, Step.SUBMIT): Stage.IN_REVIEW,
    (Stage.DRAFT, Step.DROP): Stage.DROPPED,
    (Stage.IN_REVIEW, Step.SEND_BACK): Stage.DRAFT,
    (Stage.IN_REVIEW, Step.APPROVE): Stage.APPROVED,
    (Stage.IN_REVIEW, Step.TAKE_BACK): Stage.DRAFT,
    (Stage.IN_REVIEW, Step.DROP): Stage.DROPPED,
    (Stage.APPROVED, Step.PUBLISH): Stage.PUBLISHED,
    (Stage.APPROVED, Step.TAKE_BACK): Stage.DRAFT,
    (Stage.APPROVED, Step.DROP): Stage.DROPPED,
    (Stage.PUBLISHED, Step.RETIRE): Stage.RETIRED,
}


def allowed(stage: Stage) -> tuple[Step, ...]:
    """What may be done with a version now, whoever does it."""
    return tuple(step for at, step in _WAYS if at is stage)


def after(stage: Stage, step: Step) -> Stage:
    """The stage that the step leads to.

    Raises:
        NotAllowed: it cannot be taken now; says which can.
    """
    try:
        return _WAYS[stage, step]
    except KeyError:
        raise NotAllowed(step, stage, allowed(stage)) from None


def require_other(reviewer: str, writers: Collection[str]) -> None:
    """Raises OwnArticle where the reviewer is one of those who have written at the version."""
    if reviewer in writers:
        raise OwnArticle(reviewer)
