"""What is too large is refused before it is read. # D7"""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from urllib.parse import urlsplit

from conftest import Site

from tickets.viewer.body_limit import LARGEST_BODY

_PIECE = b"x" * 65536
_FORM = {"Content-Type": "multipart/form-data; boundary=end", "Accept-Language": "zh"}
_BEGIN = b'--end\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
_END = b"\r\n--end--\r\n"


def a_file(size: int) -> Iterator[bytes]:
    """A form with a file, that many bytes in all, or a piece less."""
    yield _BEGIN
    for _ in range((size - len(_BEGIN) - len(_END)) // len(_PIECE)):
        yield _PIECE
    yield _END


def posted(site: Site, headers: Mapping[str, str], body: Iterator[bytes]) -> tuple[int, str, int]:
    """The status, the page, and how many bytes could be sent."""
    sent = 0
    with closing(http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=60)) as connection:
        connection.putrequest("POST", "/login")
        for name, value in {**_FORM, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        is_chunked = "Transfer-Encoding" in headers
        with suppress(ConnectionError):  # answered, the server hangs up
            for piece in body:
                connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
                sent += len(piece)
            connection.send(b"0\r\n\r\n" if is_chunked else b"")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), sent


def test_what_is_announced_as_huge_is_refused_in_the_language_of_the_page(site: Site) -> None:
    status, page, _ = posted(site, {"Content-Length": str(10 * LARGEST_BODY)}, iter(()))
    assert status == 413
    assert "内容过大" in page


def test_what_grows_huge_is_not_read_to_its_end(site: Site) -> None:
    status, _, _ = posted(site, {"Transfer-Encoding": "chunked"}, a_file(LARGEST_BODY + 2 * len(_PIECE)))
    assert status == 413


def test_what_is_not_too_large_is_read(site: Site) -> None:
    size = sum(map(len, a_file(LARGEST_BODY)))
    status, _, sent = posted(site, {"Content-Length": str(size)}, a_file(LARGEST_BODY))
    assert (status, sent) == (422, size)  # no name, no password
