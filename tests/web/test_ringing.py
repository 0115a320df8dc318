"""A call is noticed though another tab lies over the desk: the browser says so, until it rings no more. # 002-1"""

from collections.abc import Iterator
from typing import Any

import pytest
from desk_house import House, a_house
from playwright.sync_api import Page

# What the operating system would show cannot be seen here: the notices are written down instead.
_NOTICES = """() => {
    window.notices = [];
    window.Notification = class extends EventTarget {
        static permission = "granted";
        constructor(title, { body }) { super(); this.shown = { title, body, closed: false }; notices.push(this.shown); }
        close() { this.shown.closed = true; }
    };
}"""
_RING = """async (isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    const { Ringer } = await import("/more/web/softphone/ringer.js");
    window.ringer = new Ringer();
    ringer.prepare();
    ringer.ring({ title: "Anna Berg", body: "1044" });
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("desk")) as house:
        yield house


def rung(page: Page, house: House, is_hidden: bool) -> list[dict[str, Any]]:
    house.sit_down(page)
    page.evaluate(_NOTICES)
    page.evaluate(_RING, is_hidden)
    notices: list[dict[str, Any]] = page.evaluate("notices")
    return notices


def test_behind_another_tab_it_says_who_calls_until_it_rings_no_more(page: Page, house: House) -> None:
    assert rung(page, house, is_hidden=True) == [{"title": "Anna Berg", "body": "1044", "closed": False}]
    page.evaluate("ringer.stop()")
    assert page.evaluate("notices[0].closed") is True


def test_who_looks_at_the_desk_needs_no_notice(page: Page, house: House) -> None:
    assert rung(page, house, is_hidden=False) == []
