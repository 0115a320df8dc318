"""The passwords of one Asterisk: made once, at its first start, and kept beside its configuration."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ari_app.pbx.errors import AsteriskMissing

ARI_USER = "hotline"
AMI_USER = "hotline"
FILE_NAME = "secrets.json"


@dataclass(frozen=True, slots=True)
class Credentials:
    ari_password: str
    ami_password: str
    agent_passwords: dict[str, str]
    """The SIP password of each telephone, by its account: `agent1`, and `agent1-web` in the browser."""


def load_credentials(run_folder: Path) -> Credentials:
    """The passwords of the Asterisk in this folder.

    Raises AsteriskMissing when none was ever configured there.
    """
    try:
        return Credentials(**json.loads((run_folder / FILE_NAME).read_text()))
    except FileNotFoundError:
        raise AsteriskMissing(
            f"no Asterisk was configured in {run_folder} yet: start the line with `hotline up`"
        ) from None


def ensure_credentials(run_folder: Path, telephones: tuple[str, ...]) -> Credentials:
    """The kept passwords, with new ones for telephones that had none yet."""
    try:
        kept = load_credentials(run_folder)
    except AsteriskMissing:
        kept = Credentials(_new_password(), _new_password(), {})
    missing = {account: _new_password() for account in telephones if account not in kept.agent_passwords}
    credentials = Credentials(kept.ari_password, kept.ami_password, {**kept.agent_passwords, **missing})
    _write(run_folder / FILE_NAME, credentials)
    return credentials


def _new_password() -> str:
    return secrets.token_urlsafe(18)


def _write(path: Path, credentials: Credentials) -> None:
    # Beside and renamed: a crash in between must not leave phones with passwords that nobody knows.
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(credentials), file, indent=2)
    beside.replace(path)
