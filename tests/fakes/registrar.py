"""An Asterisk that only takes registrations of browsers' telephones: SIP over a websocket, on loopback."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.sync.server import ServerConnection, serve

_COPIED = ("Via", "From", "To", "Call-ID", "CSeq", "Contact")


@dataclass
class Registrar:
    """`open` are the websockets that registered, and are there still."""

    port: int
    open: list[ServerConnection] = field(default_factory=list)


@contextmanager
def a_registrar() -> Iterator[Registrar]:
    at = Registrar(0)

    def handle(browser: ServerConnection) -> None:
        for message in browser:
            text = message if isinstance(message, str) else message.decode()
            if not text.startswith("REGISTER"):
                continue
            browser.send(_taken(text))
            if browser not in at.open:
                at.open.append(browser)
        if browser in at.open:
            at.open.remove(browser)

    with serve(handle, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        at.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield at
        finally:
            server.shutdown()
            thread.join(10)


def _taken(request: str) -> str:
    """200 OK to that REGISTER."""
    lines = [line for line in request.split("\r\n") if line.split(":")[0] in _COPIED]
    answer = re.sub(r"(?m)^(To:.*)$", r"\1;tag=registrar", "\r\n".join(lines).replace("\r\n", "\n"))
    return "\r\n".join(["SIP/2.0 200 OK", *answer.split("\n"), "Expires: 300", "Content-Length: 0", "", ""])
