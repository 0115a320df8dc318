"""A line beside whatever runs on this machine."""

from pathlib import Path

from ari_app.pbx.ports import free_ports
from ari_app.settings import Settings

_PORTS = ("PBX__SIP_PORT", "PBX__HTTP_PORT", "PBX__AMI_PORT", "PBX__AGI_PORT", "WEB__PORT")


def of_its_own(settings: Settings, state: Path) -> Settings:
    """The same with free ports, and `state` as its folder."""
    ports = {f"HOTLINE_{name}": str(port) for name, port in zip(_PORTS, free_ports(len(_PORTS)), strict=True)}
    return settings.changed({**ports, "HOTLINE_STATE": str(state)})
