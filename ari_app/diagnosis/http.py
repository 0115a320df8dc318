"""Does a page answer as it should?"""

import httpx

from ari_app.diagnosis.filling import Filling
from ari_app.diagnosis.page import fetch
from ari_app.diagnosis.verdict import Facts, Finding
from dialplan.probes import HttpProbe


async def measure(probe: HttpProbe, fill: Filling) -> Finding:
    url = fill.url(probe.url)
    try:
        page = await fetch(url, {}, probe.status)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding("fault", "no_answer", {"at": url, "why": str(error) or type(error).__name__})
    if page.elsewhere:
        return Finding("fault", "led_elsewhere", {"at": url, "status": page.status, "to": page.elsewhere})
    expected = ", ".join(map(str, probe.status))
    answered: Facts = {"at": url, "status": page.status, "expected": expected}
    if page.status not in probe.status:
        return Finding("fault", "other_status", answered, page.text)
    if probe.words is not None and probe.words not in page.text:
        return Finding("fault", "words_missing", {"at": url, "words": probe.words}, page.text)
    return Finding("ok", "answered", {"at": url})
