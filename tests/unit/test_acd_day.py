"""Random days on the floor: whatever happens, in whatever order, nobody is lost and nobody is asked for twice."""

import random

import pytest
from acd_day import ACTIONS, Day
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

DAYS = 2000
PARTS = 10
EVENTS = 60


class AnyDay(RuleBasedStateMachine):
    """Hypothesis looks for the shortest day that goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.day = Day()

    @rule(data=st.data(), what=st.sampled_from(ACTIONS))
    def something_happens(self, data: st.DataObject, what: str) -> None:
        getattr(self.day, what)(lambda options: data.draw(st.sampled_from(options)))


AnyDay.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_a_day = AnyDay.TestCase


# Plain generators make far more days in the same time; a seed that fails is told by pytest.
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_days(part: int) -> None:
    for seed in range(part, DAYS, PARTS):
        chance = random.Random(seed)  # noqa: S311
        day = Day()
        for _ in range(EVENTS):
            getattr(day, chance.choice(ACTIONS))(chance.choice)
