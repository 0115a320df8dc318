"""What `hotline bench desks` makes of what its pages have heard. # P-6"""

import pytest

from ari_app.bench.desks import Heard, delays_ms, desk_rows


def test_a_change_is_heard_of_with_the_first_message_that_was_so_after_it() -> None:
    changes = [10.0, 20.0]
    one_page = [(0, "glance", 9.9, 10.0), (0, "glance", 10.1, 10.3), (0, "glance", 20.0, 20.4), (0, "glance", 25, 25)]
    assert delays_ms(changes, one_page) == pytest.approx([300, 400])


def test_each_page_counts_and_what_nobody_was_told_of_is_not_counted() -> None:
    heard = [(0, "glance", 10.1, 10.2), (1, "glance", 10.5, 10.9)]
    assert sorted(delays_ms([10.0, 20.0], heard)) == pytest.approx([200, 900])


def test_a_limit_that_is_missed_is_told() -> None:
    rows = desk_rows(Heard(20, 12.0, [100.0, 300.0], [200.0, 1500.0]))
    missed = [row.case for row in rows if row.ok is False]
    assert missed == ["wallboards: change to page, p99"]
