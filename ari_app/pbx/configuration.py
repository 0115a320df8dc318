"""The configuration of one Asterisk: the templates of asterisk-config/, rendered into its run folder."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ari_app.pbx.credentials import AMI_USER, ARI_USER, Credentials, ensure_credentials
from ari_app.pbx.errors import ConfigurationRejected
from ari_app.pbx.installation import Installation
from ari_app.pbx.queues import LAST_RESORT, AppQueue, interface_of, state_of
from ari_app.pbx.settings import PbxSettings, browser_of

TEMPLATES = Path(__file__).parents[2] / "asterisk-config"
STASIS_APPLICATION = "hotline"
BACK = "back"
"""The label in extensions.conf, and the argument of Stasis, with which a caller comes (back) to the controller."""
WAITS_FOR_CONTROLLER = "HOTLINE_WAITS"
"""The channel variable of a caller who is in app_queue only because the controller was away."""
QUEUE_VARIABLE = "HOTLINE_QUEUE"
"""The channel variable with the app_queue that the caller has chosen."""
LANGUAGE_VARIABLE = "HOTLINE_LANGUAGE"
"""The channel variable with the language that he has chosen."""

OPUS = "codec_opus_open_source.so"
"""Asterisk's licence does not cover it, so some builds are without."""
_FOLDERS = ("etc", "lib/keys", "db", "agi", "cache", "log", "spool/monitor", "spool/recording", "spool/outgoing")
_OF_GROUPS = ("extensions.conf", "queues.conf", "queuerules.conf")
_LONGEST_SOCKET_PATH = 107
"""Of a Unix socket, by the kernel."""


def queue_log_of(run_folder: Path) -> Path:
    """Where Asterisk writes what happens in app_queue."""
    return run_folder / "log/queue_log"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configured Asterisk: everything it writes lies in its run folder."""

    settings: PbxSettings
    installation: Installation
    run_folder: Path
    credentials: Credentials
    queues: tuple[AppQueue, ...]

    @property
    def main_file(self) -> Path:
        return self.run_folder / "etc/asterisk.conf"

    @property
    def recordings(self) -> Path:
        """Where ARI's stored recordings lie."""
        return self.run_folder / "spool/recording"

    @property
    def command(self) -> tuple[str, ...]:
        """Runs it in the foreground."""
        return (*self.installation.program, "-C", str(self.main_file), "-f", "-n")

    def cli_command(self, command: str) -> tuple[str, ...]:
        return (*self.installation.program, "-C", str(self.main_file), "-rx", command)


def configure(
    settings: PbxSettings,
    installation: Installation,
    run_folder: Path,
    queues: tuple[AppQueue, ...] = (AppQueue("helpdesk"),),
    templates: Path = TEMPLATES,
) -> Configuration:
    """Renders the templates into `run_folder`, which nobody else may read; passwords made earlier are kept. The first
    of the `queues` is for callers who have chosen none.

    Raises ConfigurationRejected.
    """
    run_folder = run_folder.resolve()
    _check(settings, run_folder)
    run_folder.mkdir(parents=True, exist_ok=True)
    run_folder.chmod(0o700)
    for folder in _FOLDERS:
        (run_folder / folder).mkdir(parents=True, exist_ok=True)
    credentials = ensure_credentials(run_folder, settings.telephones)
    configuration = Configuration(settings, installation, run_folder, credentials, queues)
    _render(configuration, templates)
    return configuration


def _check(settings: PbxSettings, run_folder: Path) -> None:
    socket = run_folder / "asterisk.ctl"
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        raise ConfigurationRejected(f"the path {socket} is too long for a socket: choose a shorter state folder")
    if settings.external_address and settings.bind == "0.0.0.0":  # noqa: S104  compared, not bound
        raise ConfigurationRejected(
            "with pbx.external_address, pbx.bind must be the one address of this machine that the router hands on to"
        )
    if settings.rtp_last_port - settings.rtp_first_port < 3:
        raise ConfigurationRejected(
            f"pbx.rtp_first_port {settings.rtp_first_port} to pbx.rtp_last_port {settings.rtp_last_port} "
            "leaves no room for a call: two ports a leg"
        )


def rewrite_queues(
    settings: PbxSettings, run_folder: Path, queues: tuple[AppQueue, ...], templates: Path = TEMPLATES
) -> bool:
    """Other groups: what names them is written anew. False when that changes nothing."""
    etc = run_folder / "etc"
    texts = {
        name: _text(_environment(templates), name, {"settings": settings, "queues": queues}) for name in _OF_GROUPS
    }
    changed = {name: text for name, text in texts.items() if (etc / name).read_text() != text}
    for name, text in changed.items():
        _write(etc / name, text)
    return bool(changed)


def _render(configuration: Configuration, templates: Path) -> None:
    environment = _environment(templates)
    names = environment.list_templates(extensions=["conf"])
    if not names:
        raise ConfigurationRejected(f"no templates in {templates}: hotline runs from its checkout")
    values = {
        "settings": configuration.settings,
        "credentials": configuration.credentials,
        "run": configuration.run_folder,
        "etc": configuration.main_file.parent,
        "modules": configuration.installation.modules,
        "has_opus": (configuration.installation.modules / OPUS).exists(),
        "data": configuration.installation.data,
        "queues": configuration.queues,
    }
    for name in names:
        _write(configuration.main_file.parent / name, _text(environment, name, values))


def _environment(templates: Path) -> Environment:
    # Asterisk's files are no HTML; values come from our settings and token_urlsafe.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _text(environment: Environment, name: str, values: Mapping[str, object]) -> str:
    return environment.get_template(name).render(
        opus_module=OPUS,
        browser_of=browser_of,
        member_interface=interface_of,
        member_state=state_of,
        ari_user=ARI_USER,
        ami_user=AMI_USER,
        stasis_application=STASIS_APPLICATION,
        last_resort=LAST_RESORT,
        back=BACK,
        waits_for_controller=WAITS_FOR_CONTROLLER,
        queue_variable=QUEUE_VARIABLE,
        language_variable=LANGUAGE_VARIABLE,
        **values,
    )


def _write(target: Path, text: str) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.write_text(text)
