"""A ticket and a person as JSON: what the REST API and the command line print (the contract is cli.md)."""

from datetime import datetime

from pydantic import BaseModel

from tickets.people import KnownBy, Person
from tickets.ticket import RecordingKind, Speaker, Status, Ticket, Turn


class TurnShape(BaseModel):
    who: Speaker
    text: str
    confidence: float | None
    at: datetime
    keys: str


class ArticleShape(BaseModel):
    article: str
    helped: bool | None
    at: datetime


class RecordingShape(BaseModel):
    id: int
    kind: RecordingKind
    seconds: float


class TicketSummary(BaseModel):
    """A ticket without its transcript. Times are UTC; `caller` is E.164, an extension, or empty when withheld.

    `person_name` is who calls, if that is known; only when `is_verified` he has proved it.
    """

    number: str
    status: Status
    category: str | None
    subject: str
    summary: str
    caller: str
    dialled: str
    language: str
    intent: str | None
    confidence: float | None
    outcome: str | None
    agent: str | None
    call_id: str
    sip_call_id: str
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    hangup_cause: int | None
    articles: list[ArticleShape]
    recordings: list[RecordingShape]
    person_id: int | None
    person_name: str
    known_by: KnownBy | None
    is_verified: bool
    fields: dict[str, str]
    outage_id: int | None
    mark: int | None
    dialplan: str | None


class TicketShape(TicketSummary):
    transcript: list[TurnShape]


class TicketList(BaseModel):
    total: int
    tickets: list[TicketSummary]


class PersonShape(BaseModel):
    """A person of the directory. Numbers are E.164 or extensions; `left_at` is when he was no longer in the file."""

    id: int
    employee_number: str
    name: str
    department: str | None
    site: str | None
    language: str | None
    labels: list[str]
    mobile: str
    email: str
    numbers: list[str]
    has_pin: bool
    left_at: datetime | None


class PeopleList(BaseModel):
    people: list[PersonShape]


def person_shape_of(person: Person) -> PersonShape:
    shape = {name: getattr(person, name) for name in PersonShape.model_fields}
    return PersonShape(**{**shape, "labels": sorted(person.labels), "numbers": sorted(person.numbers)})


def summary_of(ticket: Ticket) -> TicketSummary:
    return TicketSummary.model_validate(ticket, from_attributes=True)


def shape_of(ticket: Ticket, transcript: list[Turn]) -> TicketShape:
    turns = [TurnShape.model_validate(turn, from_attributes=True) for turn in transcript]
    return TicketShape(**dict(summary_of(ticket)), transcript=turns)
