"""What an agent may change of his own state: the same by desk, by telephone and by command."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ari_app.acd.agents import Agent
from ari_app.distributor import Distributor
from ari_app.exchange import Exchange
from dialplan.explanations import did_you_mean
from dialplan.loader import Dialplan

log = structlog.get_logger(__name__)
_UNNAMED = "break"


class DutyError(Exception):
    """Base of what an agent cannot do; the text says why, and what can be done.

    DutyError
    ├── UnknownAgent     no group has an agent of that name
    ├── UnknownPause     groups.yaml has no such reason
    └── NotLoggedIn      he has to log in first
    """


class UnknownAgent(DutyError):
    pass


class UnknownPause(DutyError):
    pass


class NotLoggedIn(DutyError):
    pass


@dataclass(frozen=True, slots=True)
class Duty:
    """`dialplan` gives the one that is in force. `by` is who does it, as the log and the events shall name him.

    Every change raises UnknownAgent for one who belongs to no group.
    """

    distributor: Distributor
    dialplan: Callable[[], Dialplan]

    def log_in(self, agent: str, by: str) -> Agent:
        self._check_known(agent)
        self.distributor.log_in(agent, by)
        return self._changed(agent, "logged in", by)

    def log_out(self, agent: str, by: str) -> Agent:
        self._check_known(agent)
        self.distributor.log_out(agent, by)
        return self._changed(agent, "logged out", by)

    def pause(self, agent: str, reason: str | None, by: str) -> Agent:
        """Without a reason it is the first that groups.yaml names, or just a break.

        Raises:
            NotLoggedIn: he is not there anyway.
            UnknownPause: there is no such reason.
        """
        self.check_logged_in(agent)
        pauses = list(self.dialplan().pauses)
        if reason is not None and reason not in pauses:
            raise UnknownPause(f"there is no pause '{reason}' — {did_you_mean(reason, pauses)}")
        self.distributor.pause(agent, reason or next(iter(pauses), _UNNAMED), by)
        return self._changed(agent, "paused", by)

    def get_ready(self, agent: str, by: str) -> Agent:
        """
        Raises:
            NotLoggedIn: he has to log in first.
        """
        self.check_logged_in(agent)
        self.distributor.get_ready(agent, by)
        return self._changed(agent, "ready", by)

    def check_logged_in(self, agent: str) -> None:
        """
        Raises:
            NotLoggedIn: he has logged out.
        """
        self._check_known(agent)
        found = self.of(agent)
        if found is not None and not found.is_logged_in:
            raise NotLoggedIn(f"{agent} is not logged in — log in first")

    def of(self, agent: str) -> Agent | None:
        """How he stands; None for one of whom nobody has heard yet."""
        return self.distributor.floor.agents.get(agent)

    def _check_known(self, agent: str) -> None:
        members = self.distributor.floor.members
        if agent not in members:
            raise UnknownAgent(f"there is no agent '{agent}' — {did_you_mean(agent, members) or 'see groups.yaml'}")

    def _changed(self, agent: str, change: str, by: str) -> Agent:
        log.info("agent", agent=agent, is_now=change, by=by)
        return self.distributor.floor.agents[agent]


def duty_of(exchange: Exchange) -> Duty:
    return Duty(exchange.distributor, lambda: exchange.editions.current.dialplan)
