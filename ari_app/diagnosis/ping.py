"""Does a machine answer to ping? The machine's own `ping` asks it: that needs no rights of ours."""

from ari_app.diagnosis.filling import Filling
from ari_app.diagnosis.process import run_program
from ari_app.diagnosis.verdict import Finding
from dialplan.probes import PingProbe

_ASK = ("ping", "-n", "-q", "-c", "2", "--")
_SILENT = 1
"""The exit code of iputils when nothing came back; any other says that it could not ask."""


async def measure(probe: PingProbe, fill: Filling) -> Finding:
    host = fill.host(probe.host)
    try:
        ended = await run_program((*_ASK, host))
    except OSError as error:
        return Finding("unknown", "not_started", {"program": _ASK[0], "why": error.strerror or str(error)})
    if ended.exit == 0:
        return Finding("ok", "answered", {"at": host}, ended.output)
    if ended.exit == _SILENT:
        return Finding("fault", "no_answer", {"at": host, "why": "nothing came back"}, ended.output)
    return Finding("unknown", "other_exit", {"program": _ASK[0], "exit": ended.exit, "expected": "0, 1"}, ended.output)
