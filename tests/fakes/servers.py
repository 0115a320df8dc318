"""The servers that messages are handed to, small but real: SMTP and HTTP on loopback."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


@dataclass
class MailServer:
    """What arrived: the envelopes (from, to) and the messages. `password` is asked for when it is not empty."""

    port: int = 0
    password: str = ""
    refuses: str = ""
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)


class _Smtp(socketserver.StreamRequestHandler):
    """RFC 5321 as far as a client that sends one message needs it."""

    def handle(self) -> None:
        mail = cast(MailServer, self.server.mail)  # type: ignore[attr-defined]
        sender = recipient = ""
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            mail.spoken.append(line)
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say("250-here", "250-AUTH PLAIN" if mail.password else "250-8BITMIME", "250 SIZE")
            elif verb == "AUTH":
                self._say("235 welcome" if line.split()[-1] == mail.password else "535 wrong")
            elif verb == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                self._say("250 ok")
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                self._say("550 nobody here" if recipient == mail.refuses else "250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                mail.messages.append(message_from_bytes(self._body(), policy=policy.default))
                mail.envelopes.append((sender, recipient))
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 not here" if verb == "STAR" else "250 ok")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class _MailSocket(socketserver.ThreadingTCPServer):
    daemon_threads = True
    mail: MailServer


@contextmanager
def mail_server(password: str = "", refuses: str = "") -> Iterator[MailServer]:
    """`password` is the base64 of SASL PLAIN; `refuses` is a recipient that it does not know."""
    with _MailSocket(("127.0.0.1", 0), _Smtp) as server:
        server.mail = MailServer(server.server_address[1], password, refuses)
        with _served(server):
            yield server.mail


@dataclass
class Gateway:
    """What was asked: method, path, headers, body. It answers with `status`, once `answers` is set."""

    url: str = ""
    status: int = 200
    answers: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def sms_gateway(status: int = 200, silent: bool = False) -> Iterator[Gateway]:
    gateway = Gateway(status=status)
    if not silent:
        gateway.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            gateway.requests.append((self.command, self.path, dict(self.headers.items()), body))
            gateway.answers.wait(10)
            self.send_response(gateway.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gateway.url = f"http://127.0.0.1:{server.server_address[1]}"
        with _served(server):
            yield gateway
            gateway.answers.set()


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
