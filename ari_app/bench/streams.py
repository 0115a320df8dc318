"""`python -m ari_app.bench.streams`: many open pages of `hotline bench desks`, in a process of its own.

It is told on stdin, as one line of JSON, {"url", "cookies": [of each page], "cookie_name"}; it says `open` once all
streams are, and when stdin ends [[page, event, at, heard_at], …]: what came when. Times are POSIX seconds, `at` is when
it was so.
"""

import asyncio
import json
import sys
import time
from datetime import datetime

import httpx

_NO_LIMIT = httpx.Timeout(None, connect=30.0)

Heard = tuple[int, str, float, float]


async def main() -> None:
    told = json.loads(sys.stdin.readline())
    heard: list[Heard] = []
    opened = [asyncio.Event() for _ in told["cookies"]]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=told["url"], timeout=_NO_LIMIT, limits=limits) as client:
        tasks = [
            asyncio.create_task(_listen(client, f"{told['cookie_name']}={cookie}", page, heard, opened[page]))
            for page, cookie in enumerate(told["cookies"])
        ]
        are_open = asyncio.create_task(_all(opened))
        await asyncio.wait({are_open, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        if not are_open.done():  # a stream that has ended has failed
            sys.exit("; ".join({str(task.exception()) for task in tasks if task.done()}))
        _say("open")
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    _say(json.dumps(heard))


async def _all(opened: list[asyncio.Event]) -> None:
    for page in opened:
        await page.wait()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _listen(client: httpx.AsyncClient, cookie: str, page: int, heard: list[Heard], opened: asyncio.Event) -> None:
    async with client.stream("GET", "/live?after=0", headers={"cookie": cookie}) as answer:
        answer.raise_for_status()
        event = ""
        async for line in answer.aiter_lines():
            opened.set()
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event in ("glance", "wallboard"):
                at = datetime.fromisoformat(json.loads(line.removeprefix("data: "))["at"])
                heard.append((page, event, at.timestamp(), time.time()))


if __name__ == "__main__":
    asyncio.run(main())
