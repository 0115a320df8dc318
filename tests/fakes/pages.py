"""A web server with a few pages, small but real, on loopback."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Page:
    """What is answered; with `waits` only once that is set."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: threading.Event | None = None


@dataclass
class Site:
    """`requests` are the path and headers of each."""

    url: str
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def site(pages: Mapping[str, Page]) -> Iterator[Site]:
    """What is not among `pages` is not found."""
    at = Site("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at.requests.append((self.path, {name.casefold(): value for name, value in self.headers.items()}))
            page = pages.get(self.path, Page(b"not here", 404))
            if page.waits is not None:
                page.waits.wait(10)
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(page.body)
            except OSError:  # who asked has read enough
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        at.url = f"http://127.0.0.1:{server.server_address[1]}"
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield at
        finally:
            for page in pages.values():
                if page.waits is not None:
                    page.waits.set()
            server.shutdown()
            serving.join()
