"""The command that tells how the line itself is: Asterisk, trunk, recognizers, voice, event loop."""

import asyncio
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from ari_app.ari.errors import AriError
from ari_app.control.commands import Command, Commands, Request
from ari_app.control.health_shapes import (
    AsteriskHealth,
    EditionHealth,
    HealthShape,
    LoopLagHealth,
    RecognizerHealth,
    State,
    SynthesizerHealth,
    TrunkHealth,
)
from ari_app.exchange import Exchange
from ari_app.late import LateRecognizer
from ari_app.legs import is_ours
from ari_app.loop_lag import LoopLag

_ASTERISK_ANSWERS_WITHIN_S = 2.0

_REACHABLE = {"online": True, "offline": False}
"""What Asterisk says of an endpoint; it may also be unknown."""


def health_commands(exchange: Exchange, lag: LoopLag, started_at: datetime) -> Commands:
    """`health`."""

    async def health(_: Request) -> BaseModel:
        asterisk, trunk, calls = await _asterisk(exchange)
        entries = exchange.distributor.floor.entries.values()
        pid = exchange.synthesizer.worker.pid
        return HealthShape(
            asterisk=asterisk,
            trunk=trunk,
            recognizers=_recognizers(exchange.recognizer, exchange.editions.current.dialplan.menus.languages),
            synthesizer=SynthesizerHealth(state="running" if pid is not None else "idle", pid=pid),
            loop_lag_ms=LoopLagHealth(p50=lag.percentile_ms(50), p99=lag.percentile_ms(99)),
            calls=calls,
            waiting=sum(entry.callback is None for entry in entries),
            editions=EditionHealth(version=exchange.editions.current.version, problem=exchange.watch.is_refused),
            started_at=started_at,
        )

    return {"health": Command(Request, health)}


async def _asterisk(exchange: Exchange) -> tuple[AsteriskHealth, TrunkHealth, int | None]:
    client, has_trunk = exchange.client, bool(exchange.settings.pbx.trunk_contact)
    try:
        async with asyncio.timeout(_ASTERISK_ANSWERS_WITHIN_S):
            info = await client.asterisk.getInfo()
            channels = await client.channels.list()
            held = (await client.applications.get(applicationName=client.settings.app))["channel_ids"]
            endpoints: list[dict[str, Any]] = await client.endpoints.listByTech(tech="PJSIP")
    except (AriError, TimeoutError):
        nothing = AsteriskHealth(connected=False)
        return nothing, TrunkHealth(configured=has_trunk, reachable=None), None
    states = {endpoint["resource"]: endpoint["state"] for endpoint in endpoints}
    return (
        AsteriskHealth(
            connected=client.is_connected,
            version=info["system"]["version"],
            since=info["status"]["startup_time"],
            channels=len(channels),
        ),
        TrunkHealth(configured=has_trunk, reachable=_REACHABLE.get(states.get("trunk", "")) if has_trunk else None),
        sum(not is_ours(id) for id in held),
    )


def _recognizers(late: LateRecognizer, languages: tuple[str, ...]) -> list[RecognizerHealth]:
    pool = late.now
    if pool is None:
        state: State = "down" if late.loading.done() else "loading"
        return [RecognizerHealth(language=one, state=state, pids=[], restarts=0, waiting=0) for one in languages]
    pids = list(pool.process_ids)
    return [
        RecognizerHealth(
            language=one,
            state="ready" if pids else "down",
            pids=pids,
            restarts=pool.replaced,
            waiting=pool.waiting,
        )
        for one in pool.languages
    ]
