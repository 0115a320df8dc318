"""The agent sends the caller the article that he reads to him. # 001-17, 000-15"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from conftest import serve
from controller import floor_only
from desk_house import House, settings_in, staff
from desk_scene import ANNA
from playwright.sync_api import Page, expect
from servers import MailServer, mail_server

from ari_app.web.application import add_line_pages
from tickets.settings import NotifySettings
from tickets.viewer.app import utc_now

_WATCH_ARTICLES = """
    window.foundAgain = new Promise((resolve) =>
        new MutationObserver(resolve).observe(document.getElementById("articles"), { childList: true }));
    null"""


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[House]:
    settings = settings_in(tmp_path_factory.mktemp("sending"))
    settings = replace(
        settings,
        web=replace(settings.web, public_url="https://help.example"),
        notify=NotifySettings(
            smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none", email_sender="hotline@example.com"
        ),
    )
    with floor_only(settings.control_socket) as floor:
        for site in serve(settings.state_dir, partial(add_line_pages, settings=settings)):
            staff(site)
            site.store.people.import_rows((ANNA,), utc_now(), everyone=True)
            yield House(site, floor)


def test_the_article_is_sent_to_the_caller_and_that_stands_on_the_ticket(
    page: Page, house: House, mail: MailServer
) -> None:
    house.sit_down(page)
    with house.calls() as begin:
        call = begin()
        articles = f"{house.site.address}/desk/tickets/{call.number}/articles"
        assert page.request.get(articles, timeout=180_000).ok  # once they are learnt
        search = page.get_by_label("Search the articles")
        search.fill("the v p n drops")
        article = page.locator("#article-vpn-does-not-connect")
        article.get_by_role("button", name="Send to the caller").click()
        expect(article.locator("output")).to_have_text("Sent to anna.berg@example.com.")
        # What is found again still says so.
        page.evaluate(_WATCH_ARTICLES)
        search.fill("the v p n tunnel drops")
        page.evaluate("foundAgain.then(() => null)")
        expect(article.locator("output")).to_have_text("Sent to anna.berg@example.com.")
    (sent,) = house.events(call.number, "article_sent")
    assert (sent.data["by"], sent.data["way"]) == ("maria", "email")
    (message,) = mail.messages
    assert message.get_content().strip().endswith(f"https://help.example/knowledge/en/{sent.data['articles'][0]}")
