"""Can a connection be made?"""

import asyncio
import contextlib

from ari_app.diagnosis.filling import Filling
from ari_app.diagnosis.verdict import Finding
from dialplan.probes import TcpProbe


async def measure(probe: TcpProbe, fill: Filling) -> Finding:
    host = fill.host(probe.host)
    at = f"{host}:{probe.port}"
    try:
        _, writer = await asyncio.open_connection(host, probe.port)
    except OSError as error:
        return Finding("fault", "no_answer", {"at": at, "why": error.strerror or str(error)})
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Finding("ok", "answered", {"at": at})
