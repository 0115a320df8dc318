"""What does a monitoring system say?"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from ari_app.diagnosis.filling import Filling, ValueRefused
from ari_app.diagnosis.page import fetch
from ari_app.diagnosis.verdict import Facts, Finding
from dialplan.probes import MonitoringProbe


async def measure(probe: MonitoringProbe, fill: Filling, secrets: Path) -> Finding:
    """`secrets` is the folder with its header line."""
    url = fill.url(probe.url)
    headers = await asyncio.to_thread(_header, secrets, probe.secret) if probe.secret else {}
    try:
        page = await fetch(url, {"Accept": "application/json", **headers})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding("unknown", "no_answer", {"at": url, "why": str(error) or type(error).__name__})
    if page.status != httpx.codes.OK:
        facts: Facts = {"at": url, "status": page.status, "expected": str(int(httpx.codes.OK))}
        return Finding("unknown", "other_status", facts, page.text)
    try:
        value = _at(json.loads(page.text), probe.path)
    except (ValueError, LookupError, TypeError, RecursionError):
        return Finding("unknown", "path_missing", {"at": url, "path": probe.path}, page.text)
    return _judged(probe, value, page.text)


def _judged(probe: MonitoringProbe, value: Any, text: str) -> Finding:
    facts: Facts = {"path": probe.path, "value": json.dumps(value, ensure_ascii=False)[:80]}
    if _is_among(value, probe.ok) or (not probe.ok and not _is_among(value, probe.fault)):
        return Finding("ok", "value_good", facts)
    if _is_among(value, probe.fault) or not probe.fault:
        return Finding("fault", "value_bad", facts, text)
    return Finding("unknown", "value_other", facts, text)


def _is_among(value: Any, known: tuple[Any, ...]) -> bool:
    """True and 1 are two values here."""
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in known)


def _at(document: Any, path: str) -> Any:
    """Raises LookupError, TypeError or ValueError where nothing is at `path`."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _header(folder: Path, secret: str) -> dict[str, str]:
    """Raises ValueRefused."""
    file = folder / secret
    try:
        name, _, value = file.read_text(encoding="ascii").strip().partition(":")
    except (OSError, UnicodeError):
        raise ValueRefused(Finding("unknown", "secret_missing", {"file": str(file)})) from None
    if not name.strip() or not value.strip() or "\n" in value:
        raise ValueRefused(Finding("unknown", "secret_missing", {"file": str(file)}))
    return {name.strip(): value.strip()}
