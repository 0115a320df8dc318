"""Which agents are there: one whose telephone is registered is logged in."""

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.events import EndpointStateChange, PeerStatusChange, Resynced
from ari_app.distributor import Distributor

log = structlog.get_logger(__name__)

_THERE = {"Reachable", "Registered"}


class Attendance:
    """Keeps the distributor in step with the telephones that are registered."""

    def __init__(self, client: AriClient, distributor: Distributor) -> None:
        self._client = client
        self._distributor = distributor
        client.on_resync(self._take_stock)
        client.on_event("EndpointStateChange", self._on_state)
        client.on_event("PeerStatusChange", self._on_peer)

    async def _take_stock(self, _: Resynced) -> None:
        await self._client.applications.subscribe(
            applicationName=self._client.settings.app, eventSource="endpoint:PJSIP"
        )
        for endpoint in await self._client.endpoints.listByTech(tech="PJSIP"):
            self._note(endpoint["resource"], endpoint["state"] == "online")

    async def _on_state(self, event: EndpointStateChange) -> None:
        self._note(event.endpoint.resource, event.endpoint.state == "online")

    async def _on_peer(self, event: PeerStatusChange) -> None:
        self._note(event.endpoint.resource, event.peer.peer_status in _THERE)

    def _note(self, agent: str, is_there: bool) -> None:
        if is_there:
            self._distributor.log_in(agent)
        else:
            self._distributor.log_out(agent)
