"""Which agents' telephones are there: registered with us, and reachable."""

from collections.abc import Callable, Collection, Iterable

import structlog

from ari_app.acd.agents import AgentState
from ari_app.ari.client import AriClient
from ari_app.ari.errors import ignoring_gone
from ari_app.ari.events import ContactStatusChange, Resynced
from ari_app.distributor import Distributor
from tickets.events import Json, Kind

log = structlog.get_logger(__name__)

_GONE = {"Removed", "Unreachable"}
_REACHABLE = "Reachable"
_NEW = "NonQualified"
_UNKNOWN = ""
"""The address of a telephone that was registered when we came."""


class Attendance:
    """Keeps the distributor in step with the telephones that are registered. Agents `elsewhere` have none with us: they
    are there as long as they are logged in.

    One that is gone while it rings rings no longer: the caller goes to the next agent at once. When two register as one
    agent's, the newer gets his calls (pjsip.conf: max_contacts, remove_existing); that is told, with both addresses.
    """

    def __init__(
        self,
        client: AriClient,
        distributor: Distributor,
        tell: Callable[[Kind, dict[str, Json]], None],
        elsewhere: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._client = client
        self._distributor = distributor
        self._tell = tell
        self._elsewhere = elsewhere
        self._telephones: dict[str, set[str]] = {}
        client.on_resync(self._on_resync)
        client.on_event("ContactStatusChange", self._on_contact)

    async def take_stock(self) -> None:
        """Look at all telephones.

        Raises:
            AriError: Asterisk does not tell.
        """
        # An application of its own, and filtered: who subscribes to an endpoint gets every event of its channels again.
        app, applications = self._client.settings.telephones_app, self._client.applications
        await applications.filter(applicationName=app, filter={"allowed": [{"type": ContactStatusChange.__name__}]})
        await applications.subscribe(applicationName=app, eventSource="endpoint:PJSIP")
        listed = await self._client.endpoints.listByTech(tech="PJSIP")
        online = {endpoint["resource"] for endpoint in listed if endpoint["state"] == "online"} | set(self._elsewhere())
        ringing = {endpoint["resource"]: endpoint["channel_ids"] for endpoint in listed}
        for agent in self._distributor.agents:
            if agent in online:
                self._telephones[agent] = self._telephones.get(agent) or {_UNKNOWN}
                self._distributor.reach(agent)
            else:
                self._telephones[agent] = set()
                await self._lose(agent, ringing.get(agent, ()))

    async def _on_resync(self, _: Resynced) -> None:
        await self.take_stock()

    async def _on_contact(self, event: ContactStatusChange) -> None:
        agent, status, uri = event.endpoint.resource, event.contact_info.contact_status, event.contact_info.uri
        if agent not in self._distributor.agents or agent in self._elsewhere():
            return
        known = self._telephones.setdefault(agent, set())
        if status in _GONE:
            known -= {uri, _UNKNOWN}
            if not known:
                await self._lose(agent, event.endpoint.channel_ids)
            return
        # The new one comes before the old one goes: in between Asterisk says for a moment that none is there.
        if status == _NEW and known - {uri}:
            self._replace(agent, (known - {uri}).pop(), uri)
        known -= {_UNKNOWN}
        known.add(uri)
        if status == _REACHABLE:
            self._distributor.reach(agent)

    def _replace(self, agent: str, old: str, new: str) -> None:
        log.warning("two telephones of one agent: the newer one gets his calls", agent=agent, old=old, new=new)
        self._tell(Kind.TELEPHONE_REPLACED, {"agent": agent, "old": old, "new": new})

    async def _lose(self, agent: str, channels: Iterable[str]) -> None:
        self._distributor.lose(agent)
        if self._distributor.floor.agents[agent].state is AgentState.RINGING:
            for id in channels:
                with ignoring_gone():
                    await self._client.channels.hangup(channelId=id)
