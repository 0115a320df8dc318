"""What an operator may set about tickets and their viewer."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


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
    secure_cookies: bool = False
    """True where the viewer is reached by https: cookies are then never sent in the clear."""
