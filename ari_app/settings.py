"""Every address, credential and path. Nothing else reads the environment.

Values come, later ones winning, from the defaults of each section's dataclass, from a TOML file (`hotline.toml` in
the working folder, or the file named by HOTLINE_CONFIG) with one table a section, and from variables such as
HOTLINE_PBX__SIP_PORT (section, two underscores, key). HOTLINE_STATE and HOTLINE_CACHE name the two folders.
"""

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from rapidfuzz import process

from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.pbx.settings import PbxSettings
from ari_app.pop_url import check_pop_url
from dialplan.loader import SHIPPED
from ivr.speech.endpointing import EndpointingSettings
from ivr.speech.settings import SpeechSettings
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.settings import KnowledgeSettings
from tickets.settings import NotifySettings, TicketsSettings

PREFIX = "HOTLINE_"
_FOLDERS = {"HOTLINE_STATE": "state_dir", "HOTLINE_CACHE": "cache_dir"}


class SettingsError(Exception):
    """A setting is unknown or has no sensible value; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the web pages are served. Browsers give pages their microphone only by https, or on localhost."""

    host: str = "127.0.0.1"
    port: int = 8080

    https: bool = False
    """Serve them by https: with `certificate` and `key`, or with a certificate that the line makes itself."""

    certificate: Path | None = None
    """A file with the certificate and those between it and its authority (PEM); with it, https is on."""

    key: Path | None = None
    """A file with the certificate's private key (PEM, without a password)."""

    @property
    def is_https(self) -> bool:
        return self.https or self.certificate is not None

    public_url: str = ""
    """How employees reach the pages (https://helpdesk.example.com): callers are sent links to articles there. Empty:
    nobody is."""

    pop_url: str = ""
    """Another system's page about the caller, which the desk opens when his call rings; `ari_app/pop_url.py` says what
    may stand in it. Empty: there is none."""

    pop_mode: Literal["beside", "instead"] = "beside"
    """Whether that page stands beside what the desk shows of the caller, or instead of it."""

    def __post_init__(self) -> None:
        if self.pop_url:
            check_pop_url(self.pop_url)

    @property
    def url(self) -> str:
        return f"{'https' if self.is_https else 'http'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DiallingSettings:
    """Numbers of the directory and of the suppliers may be dialled, others only where `allow` says so."""

    allow: tuple[str, ...] = ()
    """Patterns of further numbers, `*` standing for any rest: "+4930*", "5*". Emergency numbers are never dialled,
    numbers that cost extra only where they stand here in full."""

    per_hour: int = 60
    """So many calls go out within an hour, at most."""

    per_number_per_hour: int = 4
    """So many of them to one number."""

    shows: str = ""
    """The number that the called person sees; empty: whatever the trunk makes of it."""


@dataclass(frozen=True, slots=True)
class AgentsSettings:
    """How the agents are looked after."""

    silent_s: float = 30.0
    """An agent who talks and from whom nothing is heard for so long is told of: his headset may be dead."""


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """The clock by which the line lives, for calls that are to come at another time: hours, holidays."""

    ahead_s: float = 0.0
    """So far ahead of the machine's it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections. `state_dir` holds what must not be lost, `cache_dir` what can be fetched or made again."""

    state_dir: Path = Path(".hotline")
    cache_dir: Path = Path.home() / ".cache" / "hotline"
    dialplan: Path = SHIPPED
    pbx: PbxSettings = field(default_factory=PbxSettings)
    web: WebSettings = field(default_factory=WebSettings)
    dialling: DiallingSettings = field(default_factory=DiallingSettings)
    agents: AgentsSettings = field(default_factory=AgentsSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    diagnosis: DiagnosisSettings = field(default_factory=DiagnosisSettings)
    tickets: TicketsSettings = field(default_factory=TicketsSettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    endpointing: EndpointingSettings = field(default_factory=EndpointingSettings)
    synthesis: SynthesisSettings = field(default_factory=SynthesisSettings)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that these settings were read from; the line's processes are started with them."""

    def changed(self, variables: Mapping[str, str]) -> "Settings":
        """These settings read again with other variables, as `HOTLINE_WEB__PORT`."""
        return load_settings({**self.environment, **variables})

    @property
    def asterisk_dir(self) -> Path:
        """The run folder of the line's Asterisk."""
        return self.state_dir / "asterisk"

    @property
    def run_dir(self) -> Path:
        """What only means something while the line runs."""
        return self.state_dir / "run"

    @property
    def control_socket(self) -> Path:
        """Where the controller answers to commands (`ari_app/control`)."""
        return self.run_dir / "control.sock"

    @property
    def certificates_dir(self) -> Path:
        """Where the certificate lies that the line makes itself."""
        return self.state_dir / "certificates"

    @property
    def controller_ready(self) -> Path:
        """Removed before the controller starts, written by it when it speaks and understands."""
        return self.run_dir / "controller.ready"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: an unknown key, a wrong type, an unreadable file.
    """
    values = _from_file(environment)
    for name, text in environment.items():
        if name in _FOLDERS:
            values[_FOLDERS[name]] = text
        elif name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            values.setdefault(section, {})[key] = text
    _refuse_unknown(values, Settings, "")
    values["state_dir"] = str(Path(values.get("state_dir", Settings().state_dir)).expanduser().absolute())
    values["cache_dir"] = str(Path(values.get("cache_dir", Settings().cache_dir)).expanduser().absolute())
    _place_in_folders(values)
    try:
        return TypeAdapter(Settings).validate_python({**values, "environment": dict(environment)})
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(detail) for detail in error.errors())) from error


def _from_file(environment: Mapping[str, str]) -> dict[str, Any]:
    named = environment.get("HOTLINE_CONFIG")
    file = Path(named or "hotline.toml")
    if not named and not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error}) — check HOTLINE_CONFIG") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error} — see docs/operators.md for the settings") from error


def _place_in_folders(values: dict[str, Any]) -> None:
    """What lies in the two folders unless it was set elsewhere."""
    state, cache = Path(values["state_dir"]), Path(values["cache_dir"])
    tickets = values.setdefault("tickets", {})
    tickets.setdefault("database_url", f"sqlite:///{state / 'hotline.db'}")
    tickets.setdefault("recordings", str(state / "recordings"))
    web = values.get("web", {})
    tickets.setdefault("secure_cookies", web.get("https", False) if "certificate" not in web else True)
    values.setdefault("diagnosis", {}).setdefault("secrets", str(state / "secrets"))
    values.setdefault("synthesis", {}).setdefault("cache", str(cache / "speech"))
    knowledge = values.setdefault("knowledge", {})
    knowledge.setdefault("cache", str(cache / "understanding"))
    knowledge.setdefault("published", str(state / "articles"))
    speech = values.setdefault("speech", {})
    speech.setdefault("cache", str(cache))
    speech.setdefault("models", str(state / "models"))


def _refuse_unknown(values: Mapping[str, Any], section: Any, path: str) -> None:
    known = {part.name: part.type for part in dataclasses.fields(section)}
    for key, value in values.items():
        if key not in known:
            near = process.extractOne(key, list(known), score_cutoff=60)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            raise SettingsError(f"unknown setting '{path}{key}' — {hint}")
        if dataclasses.is_dataclass(known[key]) and isinstance(value, dict):
            _refuse_unknown(value, known[key], f"{path}{key}.")


def _explain(detail: Any) -> str:
    place = ".".join(map(str, detail["loc"]))
    return f"setting '{place}': {detail['msg']} (it is {detail['input']!r}) — see docs/operators.md"
