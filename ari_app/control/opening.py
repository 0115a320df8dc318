"""The control socket of a controller."""

from contextlib import AbstractAsyncContextManager

from ari_app.agents.duty import duty_of
from ari_app.control.agents import agent_commands
from ari_app.control.calls import call_commands
from ari_app.control.dialling import dialling_commands
from ari_app.control.feed import Feed
from ari_app.control.server import serving_control
from ari_app.exchange import Exchange
from ari_app.outgoing.placed_calls import PlacedCalls


def control_of(exchange: Exchange, placed: PlacedCalls) -> AbstractAsyncContextManager[None]:
    """Commands are taken as long as this lasts."""
    duty = duty_of(exchange)
    commands = {**agent_commands(duty), **call_commands(exchange.talks), **dialling_commands(placed)}
    return serving_control(exchange.settings.control_socket, commands, Feed(exchange.distributor, duty.dialplan))
