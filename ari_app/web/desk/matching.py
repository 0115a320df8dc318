"""Which of the known outages may be why somebody calls."""

from collections.abc import Iterable

from dialplan.loader import Dialplan
from ivr.desk import ActiveOutage
from ivr.outage_notice import Concern, concerns
from tickets.outage import Outage
from tickets.ticket import Ticket

_SYSTEM = "system"
"""The slot in which callers name a system."""


def matching(outages: Iterable[Outage], ticket: Ticket, site: str | None, dialplan: Dialplan) -> tuple[Outage, ...]:
    """By the rules by which the line asks callers (`ivr/outage_notice.py`), the newest first."""
    named = ticket.fields.get(_SYSTEM)
    system = named if named in dialplan.menus.systems else None
    found = [
        outage
        for outage in outages
        if outage.id == ticket.outage_id
        or concerns(_active(outage), site, system, ticket.category, dialplan) is not Concern.SILENT
    ]
    return tuple(sorted(found, key=lambda outage: -outage.id))


def _active(outage: Outage) -> ActiveOutage:
    return ActiveOutage(outage.id, outage.systems, outage.sites, outage.texts)
