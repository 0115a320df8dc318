"""Which agents' telephones are there: registered with us."""

import structlog

from ari_app.ari.client import AriClient
from ari_app.ari.events import DeviceStateChanged, Resynced
from ari_app.distributor import Distributor

log = structlog.get_logger(__name__)

_AWAY = {"UNAVAILABLE", "INVALID", "UNKNOWN"}


class Attendance:
    """Keeps the distributor in step with the telephones that are registered."""

    def __init__(self, client: AriClient, distributor: Distributor) -> None:
        self._client = client
        self._distributor = distributor
        client.on_resync(self._on_resync)
        client.on_event("DeviceStateChanged", self._on_state)

    async def take_stock(self) -> None:
        """Look at all telephones.

        Raises:
            AriError: Asterisk does not tell.
        """
        # Device states and not endpoints: who subscribes to an endpoint gets every event of its channels twice.
        devices = [f"PJSIP/{agent}" for agent in self._distributor.agents]
        sources = ",".join(f"deviceState:{device}" for device in devices)
        await self._client.applications.subscribe(applicationName=self._client.settings.app, eventSource=sources)
        for agent, device in zip(self._distributor.agents, devices, strict=True):
            found = await self._client.deviceStates.get(deviceName=device)
            self._note(agent, found["state"])

    async def _on_resync(self, _: Resynced) -> None:
        await self.take_stock()

    async def _on_state(self, event: DeviceStateChanged) -> None:
        self._note(event.device_state.name.removeprefix("PJSIP/"), event.device_state.state)

    def _note(self, agent: str, state: str) -> None:
        if state in _AWAY:
            self._distributor.lose(agent)
        else:
            self._distributor.reach(agent)
