"""The settings of the PBX: where Asterisk is, on which addresses and ports it listens, who may call."""

from dataclasses import dataclass
from pathlib import Path

_BROWSER = "-web"


def browser_of(agent: str) -> str:
    """The account of his telephone in the browser; that of the one on his desk has his own name."""
    return agent + _BROWSER


def agent_of_account(account: str) -> str:
    """Whose telephone it is."""
    return account.removesuffix(_BROWSER)


@dataclass(frozen=True, slots=True)
class PbxSettings:
    """Everything is bound to loopback unless these say otherwise."""

    asterisk: Path | None = None
    """An installed Asterisk to use; None looks for one on the machine, then in the cache folder."""

    suite: str = "forky"
    """The Debian suite from which Asterisk is fetched when none is installed."""

    bind: str = "127.0.0.1"
    """The address for SIP and RTP, of browsers too."""

    external_address: str = ""
    """The address under which browsers elsewhere reach `bind`, where a router translates; empty: there is none."""

    sip_port: int = 5060

    control_bind: str = "127.0.0.1"
    """The address for ARI, the media websocket and AMI. Whoever reaches it can try passwords: keep it on loopback."""

    http_port: int = 8088
    """ARI and the media websocket."""

    ami_port: int = 5038

    agi_port: int = 4573
    """The key menu for the time in which the controller is away; on loopback always, for it asks for no password."""

    rtp_first_port: int = 10000
    rtp_last_port: int = 19999

    trunk_addresses: tuple[str, ...] = ("127.0.0.2",)
    """Addresses or networks whose calls are taken without a password: the trunk's, and of `hotline call`."""

    trunk_contact: str = ""
    """Where calls go out: the SIP URI of the trunk, `sip:10.0.0.5:5060`; empty: nothing outside is dialled."""

    numbers: tuple[str, ...] = ("_X.", "_+X.")
    """Extension patterns that reach the hotline; by default every number of two digits and more."""

    agents: int = 12
    """How many agents there are, agent1 … agentN: each with an account on the desk, and one in the browser."""

    boot_timeout_s: float = 30.0

    @property
    def agent_names(self) -> tuple[str, ...]:
        return tuple(f"agent{number}" for number in range(1, self.agents + 1))

    @property
    def telephones(self) -> tuple[str, ...]:
        """The accounts of all agents' telephones."""
        return tuple(account for agent in self.agent_names for account in (browser_of(agent), agent))

    @property
    def control_host(self) -> str:
        """The address under which this machine reaches ARI and AMI."""
        return "127.0.0.1" if self.control_bind == "0.0.0.0" else self.control_bind  # noqa: S104  compared, not bound

    @property
    def ari_url(self) -> str:
        return f"http://{self.control_host}:{self.http_port}/ari"

    @property
    def media_url(self) -> str:
        """Where a media websocket connects to: append `/<MEDIA_WEBSOCKET_CONNECTION_ID>`."""
        return f"ws://{self.control_host}:{self.http_port}/media"
