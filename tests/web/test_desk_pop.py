"""Another system's page instead of ours, for a company that has its own. # 002-2"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from desk_house import House, a_house, state
from desk_scene import AGENT, Ringing
from playwright.sync_api import Page, expect

from ari_app.settings import WebSettings


class _Page(BaseHTTPRequestHandler):
    """It says of whom it is."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<title>Customer {self.path}</title>".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def other_system() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join(60)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with other_system() as address:
        web = WebSettings(pop_url=f"{address}/{{caller}}", pop_mode="instead")
        with a_house(tmp_path_factory.mktemp("desk"), web=web) as house:
            yield house


@pytest.fixture
def call(house: House) -> Iterator[Callable[..., Ringing]]:
    with house.calls() as begin:
        yield begin


def test_it_opens_by_itself_follows_every_call_and_ours_shows_what_it_cannot(
    page: Page, house: House, call: Callable[..., Ringing]
) -> None:
    house.sit_down(page)
    with page.expect_popup() as opened:
        call()
    other = opened.value
    expect(other).to_have_title("Customer /1044")
    expect(page.locator("#who")).to_contain_text("Anna Berg")
    expect(page.locator("#pop-link")).to_be_visible()
    for ours in ("#earlier", "#said", "#why"):
        expect(page.locator(ours)).to_have_count(0)
    house.floor.does(lambda distributor: distributor.stop_ringing(AGENT))  # the caller has hung up
    expect(state(page)).to_have_text("Ready")
    call("1077")
    expect(other).to_have_title("Customer /1077")
    assert len(page.context.pages) == 2
