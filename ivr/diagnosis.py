"""Something is measured while the caller waits, and he goes on by the verdict."""

import asyncio

from dialplan.actions import DiagnoseAction
from ivr.step import Step
from ivr.talk import Talk

_SILENCE_S = 4.0
"""So long he hears nothing until he is told that we are still at it."""


async def diagnose(talk: Talk, wanted: DiagnoseAction) -> Step:
    """The branch of the verdict. What could not be measured is no reason to claim anything: it is the branch of a fault
    without its sentence."""
    measuring = asyncio.create_task(talk.desk.probes.measure(wanted.probe))
    try:
        await talk.dialogue.say("diagnosis.checking")
        while not (await asyncio.wait({measuring}, timeout=_SILENCE_S))[0]:
            await talk.dialogue.say("diagnosis.still")
        verdict = measuring.result()
    finally:
        measuring.cancel()
    if verdict == "unknown":
        return Step(wanted.fault)
    says = talk.desk.dialplan.probes.probes[wanted.probe].says
    told = says.ok if verdict == "ok" else says.fault
    if told is not None:
        await talk.dialogue.say(told)
    return Step(wanted.ok if verdict == "ok" else wanted.fault)
