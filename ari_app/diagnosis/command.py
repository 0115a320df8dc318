"""Does a program end as it should?"""

import re

from ari_app.diagnosis.filling import Filling
from ari_app.diagnosis.process import run_program
from ari_app.diagnosis.verdict import Facts, Finding
from dialplan.probes import CommandProbe


async def measure(probe: CommandProbe, fill: Filling) -> Finding:
    arguments = fill.arguments(probe.run)
    program = arguments[0]
    try:
        ended = await run_program(arguments)
    except OSError as error:
        return Finding("unknown", "not_started", {"program": program, "why": error.strerror or str(error)})
    if ended.exit not in probe.exit:
        expected = ", ".join(map(str, probe.exit))
        facts: Facts = {"program": program, "exit": ended.exit, "expected": expected}
        return Finding("fault", "other_exit", facts, ended.output)
    if probe.pattern is not None and not re.search(probe.pattern, ended.output, re.MULTILINE):
        return Finding("fault", "pattern_missing", {"program": program, "pattern": probe.pattern}, ended.output)
    return Finding("ok", "ended_well", {"program": program, "exit": ended.exit}, ended.output)
