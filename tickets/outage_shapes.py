"""An outage as JSON: what the REST API and the command line print, and what the API takes."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tickets.outage import Declaration, Outage, declaration
from tickets.ticket import Ticket


class OutageShape(BaseModel):
    """`systems` and `sites` are names of the dialplan, none means all; times are UTC. `ticket` is the parent ticket,
    `joined` how many callers belong to it."""

    id: int
    title: str
    systems: list[str]
    sites: list[str]
    texts: dict[str, str]
    started_at: datetime
    expected_end: datetime | None
    ended_at: datetime | None
    declared_by: str
    ended_by: str | None
    ticket: str
    joined: int


class OutageDetails(OutageShape):
    """`joined_tickets` are the numbers of the tickets of those who joined."""

    joined_tickets: list[str]


class OutageList(BaseModel):
    outages: list[OutageShape]


class DeclarationShape(BaseModel):
    """A declaration sent by a program."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=500)
    systems: list[str] = Field(default=[], max_length=100)
    sites: list[str] = Field(default=[], max_length=100)
    texts: dict[str, str] = Field(max_length=20, description="what callers hear, by language")
    expected_end: AwareDatetime | None = None

    def declaration(self) -> Declaration:
        return declaration(self.title, frozenset(self.systems), frozenset(self.sites), self.texts, self.expected_end)


def outage_shape(outage: Outage) -> OutageShape:
    return OutageShape.model_validate(_fields(outage))


def outage_details(outage: Outage, joined: list[Ticket]) -> OutageDetails:
    return OutageDetails.model_validate({**_fields(outage), "joined_tickets": [ticket.number for ticket in joined]})


def outage_list(outages: list[Outage]) -> OutageList:
    return OutageList(outages=[outage_shape(outage) for outage in outages])


def _fields(outage: Outage) -> dict[str, object]:
    fields = {name: getattr(outage, name) for name in OutageShape.model_fields}
    return {**fields, "systems": sorted(outage.systems), "sites": sorted(outage.sites), "texts": dict(outage.texts)}
