"""What tests of the monitor and the wallboard do in their pages."""

import re
from collections.abc import Callable
from typing import Any

from conftest import PASSWORD, Site
from floor_scene import GROUP
from playwright.sync_api import Page


def come(page: Page, site: Site, user: str, path: str) -> None:
    page.goto(site.address)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile("tickets|desk|monitor"))
    page.goto(site.address + path)


def until(page: Page, is_true: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {what}")


def of_agent(page: Page, name: str, group: str = GROUP) -> Any:
    return page.locator(f"#group-{group} .agents li").filter(has=page.locator(f"#act-{group}-{name}"))
