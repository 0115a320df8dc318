"""What the line finds out about a call: who calls, what he means, what was tried."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tickets.events import Json, Kind
from tickets.masking import mask, mask_json
from tickets.people import KnownBy
from tickets.store.errors import PersonNotFound
from tickets.store.events import log
from tickets.store.rows import ticket_of
from tickets.store.tables import ArticleRow, PersonRow
from tickets.store.ticket_access import TicketAccess
from tickets.ticket import Ticket


class TicketNotes(TicketAccess):
    def note_understanding(
        self, number: str, intent: str, confidence: float, category: str | None, at: datetime
    ) -> Ticket:
        """What the caller meant. A later one replaces an earlier one; a category once known is kept."""
        with self._changing(number, at) as (session, row):
            row.intent, row.confidence = intent, confidence
            row.category = category or row.category
            understood: dict[str, Json] = {"intent": intent, "confidence": confidence, "category": category}
            log(session, row, Kind.UNDERSTOOD, at, understood)
            return ticket_of(row)

    def note_article(self, number: str, article: str, helped: bool | None, at: datetime) -> Ticket:
        """The caller heard `article`; `helped` is None until the caller has said whether it did."""
        with self._changing(number, at) as (session, row):
            tried = next((entry for entry in row.articles if entry.article == article), None)
            if tried is None:
                row.articles.append(ArticleRow(article=article, helped=helped, at=at))
            elif helped is not None:
                tried.helped = helped
            log(session, row, Kind.ARTICLE_TRIED, at, {"article": article, "helped": helped})
            return ticket_of(row)

    def note_articles_sent(
        self, number: str, articles: Sequence[str], way: str, at: datetime, by: str | None = None
    ) -> Ticket:
        """Links to `articles` are on their way to the caller; `by` is the agent who has sent them."""
        with self._changing(number, at) as (session, row):
            told: dict[str, Json] = {"articles": list(articles), "way": way}
            log(session, row, Kind.ARTICLE_SENT, at, told | ({"by": by} if by else {}))
            return ticket_of(row)

    def identify(self, number: str, person_id: int, how: KnownBy, at: datetime, by: str | None = None) -> Ticket:
        """Who calls, and how we know. Who has proved it once stays proved, as long as he is the same person.

        Raises:
            PersonNotFound: there is no such person.
        """
        with self._changing(number, at) as (session, row):
            if session.get(PersonRow, person_id) is None:
                raise PersonNotFound(f"there is no person with the id {person_id}")
            if row.person_id != person_id or (row.known_by != how and row.known_by != "pin"):
                row.person_id, row.known_by = person_id, how
                told: dict[str, Json] = {"person": person_id, "how": how}
                log(session, row, Kind.IDENTIFIED, at, told | ({"by": by} if by else {}))
                session.flush()
                session.refresh(row, ["person_name"])
            return ticket_of(row)

    def note_fields(self, number: str, fields: Mapping[str, str], at: datetime) -> Ticket:
        """What the caller was asked for his request, by the names of the slots; later answers replace earlier ones."""
        with self._changing(number, at) as (session, row):
            noted: dict[str, Json] = {name: mask(value) for name, value in fields.items()}
            row.fields = {**row.fields, **noted}
            log(session, row, Kind.FIELDS_NOTED, at, {"fields": noted})
            return ticket_of(row)

    def note_language(self, number: str, language: str, at: datetime) -> Ticket:
        """The language that is spoken from now on."""
        with self._changing(number, at) as (session, row):
            if row.language != language:
                row.language = language
                log(session, row, Kind.LANGUAGE_CHANGED, at, {"language": language})
            return ticket_of(row)

    def note_mark(self, number: str, mark: int, at: datetime) -> Ticket:
        """The mark that the caller gives us in the survey.

        Raises:
            ValueError: it is not 1 to 5.
        """
        if not 1 <= mark <= 5:
            raise ValueError(f"a mark is 1 to 5, not {mark}")
        with self._changing(number, at) as (session, row):
            row.mark = mark
            log(session, row, Kind.MARKED, at, {"mark": mark})
            return ticket_of(row)

    def note_diagnosis(self, number: str, verdict: Mapping[str, Json], at: datetime) -> Ticket:
        """What was measured for it, as `Kind.DIAGNOSED` says."""
        with self._changing(number, at) as (session, row):
            log(session, row, Kind.DIAGNOSED, at, {name: mask_json(value) for name, value in verdict.items()})
            return ticket_of(row)

    def note_dialplan(self, number: str, version: str, at: datetime) -> Ticket:
        """The version of the dialplan that serves the call: with the journal, enough to run it again."""
        with self._changing(number, at) as (session, row):
            if row.dialplan != version:
                row.dialplan = version
                log(session, row, Kind.DIALPLAN_USED, at, {"version": version})
            return ticket_of(row)
