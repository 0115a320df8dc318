"""The control socket of a controller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ari_app.agents.duty import duty_of
from ari_app.control.agents import agent_commands
from ari_app.control.callers import caller_commands
from ari_app.control.calls import call_commands
from ari_app.control.dialling import dialling_commands
from ari_app.control.feed import Feed
from ari_app.control.health import health_commands
from ari_app.control.server import serving_control
from ari_app.control.supervision import supervision_commands
from ari_app.control.switches import switch_commands
from ari_app.exchange import Exchange
from ari_app.loop_lag import measuring_lag
from ari_app.outgoing.placed_calls import PlacedCalls
from ari_app.racing import meanwhile
from ari_app.talk.supervisors import supervising
from tickets.switches import Switches


@asynccontextmanager
async def control_of(exchange: Exchange, placed: PlacedCalls) -> AsyncIterator[None]:
    """Commands are taken as long as this lasts."""
    duty, switchboard, distributor = duty_of(exchange), exchange.switchboard, exchange.distributor

    def switches() -> Switches:
        return switchboard.switches

    feed = Feed(distributor, duty.dialplan, switches)
    switchboard.watch(feed.tell_all)
    async with meanwhile(feed.watch_hours(), "hours"), measuring_lag() as lag, supervising(exchange) as supervisors:
        commands = {
            **agent_commands(duty, switches),
            **call_commands(exchange.talks),
            **caller_commands(distributor),
            **dialling_commands(placed),
            **switch_commands(switchboard, duty.dialplan, exchange.now),
            **supervision_commands(supervisors),
            **health_commands(exchange, lag, exchange.now()),
        }
        async with serving_control(exchange.settings.control_socket, commands, feed):
            yield
