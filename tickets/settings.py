"""What an operator may set about tickets, their viewer, and messages to people."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class TicketsSettings:
    """`database_url` is an SQLAlchemy URL, by default SQLite; `recordings` the folder that every recording lies under.

    `region` (ISO 3166-1) reads numbers dialled without a country code. `timezone` (IANA) is what pages show
    times in; "" means the machine's own. Who writes waits `busy_timeout_s` for our own threads, and as long again for
    other processes.
    """

    database_url: str = "sqlite:///.hotline/hotline.db"
    recordings: Path = Path(".hotline/recordings")
    region: str = "DE"
    timezone: str = ""
    busy_timeout_s: float = 1.5
    session_lifetime: timedelta = timedelta(hours=12)
    login_attempts: int = 5
    login_lock: timedelta = timedelta(minutes=15)
    session_bound_to_address: bool = True
    """A login is worth nothing at another address than where it was made, so that a stolen cookie is none either."""
    secure_cookies: bool = False
    """True where the viewer is reached by https: cookies are then never sent in the clear."""


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """How messages go out; without `smtp_host` and `email_sender` no e-mail, without `sms_url` no short message.

    In `sms_url` and `sms_body` stand `{to}` (E.164) and `{text}`, escaped as the place wants it. `sms_header` is one
    header line, `Authorization: Bearer …`. Short messages go to numbers that begin with one of `sms_prefixes` and to
    no others, for every message costs money and some numbers cost a lot.
    """

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    email_sender: str = ""
    email_subject: str = "IT help desk"
    sms_url: str = ""
    sms_method: Literal["POST", "GET"] = "POST"
    sms_header: str = field(default="", repr=False)
    sms_content_type: Literal["application/json", "application/x-www-form-urlencoded"] = "application/json"
    sms_body: str = '{"to": "{to}", "text": "{text}"}'
    sms_prefixes: tuple[str, ...] = ()
    per_hour: int = 5
    """So many messages one recipient gets within an hour, at most."""
    timeout_s: float = 5.0
