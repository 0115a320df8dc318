"""Which agents' telephones are there: registered with us, and reachable."""

from collections.abc import Callable, Collection

import structlog

from ari_app.acd.agents import AgentState
from ari_app.acd.queue import Offer
from ari_app.agents.registrations import Registrations, accounts_of
from ari_app.ari.client import AriClient
from ari_app.ari.errors import ignoring_gone
from ari_app.ari.events import ContactStatusChange, Resynced
from ari_app.distributor import Distributor
from ari_app.pbx.settings import agent_of_account
from tickets.events import Json, Kind

log = structlog.get_logger(__name__)

_GONE = {"Removed", "Unreachable"}
_REACHABLE = "Reachable"
_NEW = "NonQualified"
_UNKNOWN = ""
"""The address of a telephone that was registered when we came."""


class Attendance:
    """Keeps the registrations, and the distributor in step with them. Agents `elsewhere` have none with us: they are
    there as long as they are logged in.

    An agent is there while one of his telephones is. One that is gone while it rings rings no longer: the caller goes
    to the next agent at once. When two register under one account, the newer gets its calls (pjsip.conf: max_contacts,
    remove_existing); that is told, with both addresses.
    """

    def __init__(
        self,
        client: AriClient,
        distributor: Distributor,
        tell: Callable[[Kind, dict[str, Json]], None],
        registrations: Registrations,
        elsewhere: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._client = client
        self._distributor = distributor
        self._tell = tell
        self._elsewhere = elsewhere
        self._registrations = registrations
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
        online = {endpoint["resource"] for endpoint in listed if endpoint["state"] == "online"}
        ringing = {endpoint["resource"]: endpoint["channel_ids"] for endpoint in listed}
        for agent in self._distributor.agents:
            for account in accounts_of(agent):
                known = self._registrations.at(account)
                if account not in online:
                    known.clear()
                elif not known:
                    known.add(_UNKNOWN)
            if self._registrations.has_any(agent) or agent in self._elsewhere():
                self._distributor.reach(agent)
            for account in accounts_of(agent):
                if account not in online and agent not in self._elsewhere():
                    await self._lose(agent, ringing.get(account, ()))

    async def _on_resync(self, _: Resynced) -> None:
        await self.take_stock()

    async def _on_contact(self, event: ContactStatusChange) -> None:
        account, status, uri = event.endpoint.resource, event.contact_info.contact_status, event.contact_info.uri
        agent = agent_of_account(account)
        if agent not in self._distributor.agents or agent in self._elsewhere():
            return
        known = self._registrations.at(account)
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

    async def _lose(self, agent: str, channels: Collection[str]) -> None:
        """One of his telephones is gone; `channels` are its calls."""
        was = self._distributor.floor.agents.get(agent)
        if not self._registrations.has_any(agent):
            self._distributor.lose(agent)
        elif channels and was is not None and was.call_id is not None:
            self._distributor.refuse(Offer(was.call_id, agent), is_missed=False)
        if was is not None and was.state is AgentState.RINGING:
            for id in channels:
                with ignoring_gone():
                    await self._client.channels.hangup(channelId=id)
