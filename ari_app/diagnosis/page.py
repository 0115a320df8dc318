"""A page fetched for a probe: never from another server than the one that was named, little of it kept."""

import asyncio
import ssl
from dataclasses import dataclass
from functools import cache

import httpx

KEPT_BYTES = 64_000
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """`text` is the beginning of it; `elsewhere` where it wanted us to go, on another server: nobody went there."""

    status: int
    text: str
    elsewhere: str = ""


async def fetch(url: str, headers: dict[str, str], accepted: tuple[int, ...] = ()) -> Page:
    """Redirections are followed on the same server, unless their status is one of `accepted`.

    Raises:
        httpx.HTTPError: nothing answers, or not as a web server does.
    """
    certificates = await asyncio.to_thread(_certificates)
    # No `timeout`: the whole probe has one. No `trust_env`: proxies and passwords of ours are not for probes.
    async with httpx.AsyncClient(verify=certificates, timeout=None, trust_env=False) as client:  # noqa: S113
        where = httpx.URL(url)
        for _ in range(_REDIRECTS):
            page, target = await _get(client, where, headers)
            if target is None or page.status in accepted:
                return page
            if _server(target) != _server(where):
                return Page(page.status, page.text, str(target))
            where = target
        raise httpx.TooManyRedirects(f"more than {_REDIRECTS} redirections")


async def _get(client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str]) -> tuple[Page, httpx.URL | None]:
    # Uncompressed: a small answer must not become a large one here.
    asked = {"Accept-Encoding": "identity", "User-Agent": "hotline", **headers}
    async with client.stream("GET", url, headers=asked) as response:
        kept = b""
        async for chunk in response.aiter_raw(KEPT_BYTES):
            kept += chunk
            if len(kept) >= KEPT_BYTES:
                break
        text = kept[:KEPT_BYTES].decode(response.charset_encoding or "utf-8", errors="replace")
        target = url.join(response.headers["location"]) if response.has_redirect_location else None
        return Page(response.status_code, text), target


def _server(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


@cache
def _certificates() -> ssl.SSLContext:
    """Those that the machine trusts: a company's own authority is among them."""
    return ssl.create_default_context()
