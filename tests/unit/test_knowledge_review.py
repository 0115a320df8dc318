"""The review, whatever is tried in whatever order: what must never be, never is."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from knowledge_house import KEY, START, a_text, knowledge_house

from knowledge.errors import ArticleNotFound, EditConflict, NotAllowed, ReviewError
from knowledge.review import OPEN, Stage, Step, after, allowed
from knowledge.store import ArticleKey, Version

KEYS = (KEY, ArticleKey("zh", "vpn-slow"))
people = st.sampled_from(["ann", "bob", "cem"])
keys = st.sampled_from(KEYS)
picks = st.integers(0, 99)


def test_every_step_leads_somewhere_or_says_what_may_be_done() -> None:  # 000-15
    for stage in Stage:
        for step in Step:
            if step in allowed(stage):
                assert after(stage, step) in Stage
            else:
                with pytest.raises(NotAllowed) as refused:
                    after(stage, step)
                assert refused.value.instead == allowed(stage)


@settings(max_examples=12, stateful_step_count=25, deadline=None)
class Review(RuleBasedStateMachine):
    """Any step, by anybody, on any version; what is refused must have changed nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        self.store, self.base = self.opened.enter_context(knowledge_house(folder))
        self.now = START
        self.texts = 0
        self.writers: dict[int, set[str]] = {}

    def teardown(self) -> None:
        self.opened.close()

    def versions(self) -> list[Version]:
        found: list[Version] = []
        for key in sorted(self.base.known()):
            found += self.base.versions(key)
        return found

    def text(self, key: ArticleKey) -> str:
        self.texts += 1
        return a_text(key, spoken=f"Answer {self.texts}.")

    def tried(self, step: Callable[[], object]) -> bool:
        """Whether it was taken; if not nothing has happened, if so the log and the stamp say it."""
        before = (self.base.stamp(), self.store.events.last_id(), self.versions())
        self.now += timedelta(minutes=1)
        try:
            step()
        except (ReviewError, EditConflict, ArticleNotFound):
            assert (self.base.stamp(), self.store.events.last_id(), self.versions()) == before
            return False
        assert self.base.stamp() > before[0]
        changed = [version for version in self.versions() if version not in before[2]]
        told = {event.data.get("article") for event in self.store.events.after(before[1])}
        assert {version.key.article for version in changed} <= told
        return True

    @rule(key=keys, by=people)
    def draft(self, key: ArticleKey, by: str) -> None:
        if self.tried(lambda: self.base.draft(self.text(key), key, by, self.now)):
            self.writers[max(version.id for version in self.base.versions(key))] = {by}

    @rule(key=keys, by=people)
    def import_published(self, key: ArticleKey, by: str) -> None:
        self.base.import_texts({key: self.text(key)}, by, self.now, publish=True, origin="import")

    @precondition(lambda self: self.base.known())
    @rule(pick=picks, by=people, is_late=st.booleans())
    def edit(self, pick: int, by: str, is_late: bool) -> None:
        version = self.picked(pick)
        rev = version.rev - is_late
        if self.tried(lambda: self.base.edit(version.id, self.text(version.key), rev, by, self.now)):
            assert not is_late
            self.writers[version.id].add(by)

    @precondition(lambda self: self.base.known())
    @rule(pick=picks, by=people, step=st.sampled_from(["submit", "take_back", "drop"]))
    def step(self, pick: int, by: str, step: str) -> None:
        version = self.picked(pick)
        self.tried(lambda: getattr(self.base, step)(version.id, by, self.now))

    @precondition(lambda self: self.base.known())
    @rule(pick=picks, by=people)
    def send_back(self, pick: int, by: str) -> None:
        version = self.picked(pick)
        if self.tried(lambda: self.base.send_back(version.id, "why?", by, self.now)):
            assert self.base.comments(version.id)[-1].by == by

    @precondition(lambda self: self.base.known())
    @rule(pick=picks, by=people, hours=st.sampled_from([None, -1, 5]))
    def approve(self, pick: int, by: str, hours: int | None) -> None:
        version = self.picked(pick)
        at = None if hours is None else self.now + timedelta(hours=hours)
        self.tried(lambda: self.base.approve(version.id, by, self.now, publish_at=at))

    @rule(key=keys, by=people)
    def retire(self, key: ArticleKey, by: str) -> None:
        self.tried(lambda: self.base.retire(key, by, self.now, "old"))

    @rule(hours=st.integers(0, 8))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for version in self.base.publish_due(self.now):
            assert version.publish_at is not None
            assert version.publish_at <= self.now

    def picked(self, pick: int) -> Version:
        """Mostly of those that something can be done with."""
        versions = sorted(self.versions(), key=lambda version: (version.stage not in OPEN, -version.id))
        return versions[pick % min(len(versions), 4)]

    @invariant()
    def at_most_one_is_published_and_one_open(self) -> None:
        for key in self.base.known():
            stages = [version.stage for version in self.base.versions(key)]
            assert stages.count(Stage.PUBLISHED) <= 1
            assert sum(stage in OPEN for stage in stages) <= 1

    @invariant()
    def nobody_has_approved_his_own(self) -> None:
        for version in self.versions():
            if version.id in self.writers:
                assert set(version.writers) == self.writers[version.id]
            if version.stage in (Stage.APPROVED, Stage.PUBLISHED):
                assert version.reviewer not in version.writers
                assert version.reviewer is not None or version.origin == "import"

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        for key in self.base.known():
            numbers = [version.number for version in self.base.versions(key)]
            assert numbers == list(range(1, len(numbers) + 1))


TestReview = Review.TestCase
