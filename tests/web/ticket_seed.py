"""Tickets as a morning at a help desk leaves them, written through the store as the line writes them."""

import math
import struct
import wave
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tickets.outage import Scope
from tickets.people import Entry, KnownBy
from tickets.settings import TicketsSettings
from tickets.store import Store
from tickets.ticket import Reading, Turn
from tickets.viewer.presentation import Labels

MORNING = datetime(2026, 11, 20, 8, 2, 11, tzinfo=UTC)
"""When the first of the calls came."""

NAMES = Labels(
    categories={
        "accounts": "Accounts and passwords",
        "email": "E-mail",
        "network": "Network and VPN",
        "hardware": "Hardware and printers",
        "software": "Software and access",
        "other": "Something else",
    },
    articles={
        "account-locked": "My account is locked",
        "outlook-password": "Outlook keeps asking for my password",
        "vpn-connect": "The VPN does not connect",
        "printer-offline": "The printer is offline",
    },
)
LABELS = {"en": NAMES}

SCOPE = Scope(
    languages=("en", "zh"),
    systems={"vpn": "VPN", "outlook": "Outlook", "sap": "SAP", "printing": "Printing", "wifi": "Wi-Fi"},
    sites={"berlin": "Berlin", "munich": "Munich", "shanghai": "Shanghai"},
)


class Story:
    """One call, told step by step; the clock moves with what is said."""

    def __init__(self, store: Store, name: str, caller: str, at: datetime) -> None:
        self._tickets, self._people = store.tickets, store.people
        self.at = at
        self.number = self._tickets.open_for_call(name, f"{name}@sip", caller, "5000", "en", at).number
        self.line("Hello, this is the I T hotline. Calls are recorded, so that we can help you better.", 6)
        self.line("Please tell me in one sentence what is wrong.", 3)

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def line(self, text: str, seconds: float = 3) -> None:
        self._tickets.record_turn(self.number, Turn("line", text, self.at))
        self.wait(seconds)

    def agent(self, text: str, seconds: float = 4) -> None:
        self._tickets.record_turn(self.number, Turn("agent", text, self.at, 0.88))
        self.wait(seconds)

    def caller(self, text: str, confidence: float = 0.93, others: tuple[tuple[str, float], ...] = ()) -> None:
        readings = (Reading(text, confidence), *(Reading(*other) for other in others))
        heard = {"kind": "utterance", "hypotheses": [{"text": r.text, "confidence": r.confidence} for r in readings]}
        turn = Turn("caller", text, self.at, confidence, readings)
        self._tickets.record_heard(self.number, "main", heard, self.at, turn)
        self.wait(4)

    def keys(self, keys: str) -> None:
        turn = Turn("caller", "", self.at, keys=keys)
        self._tickets.record_heard(self.number, "main", {"kind": "digits", "digits": keys}, self.at, turn)
        self.wait(2)

    def understood(self, intent: str, confidence: float, category: str) -> None:
        self._tickets.note_understanding(self.number, intent, confidence, category, self.at)
        self.wait(0.2)

    def identified(self, employee_number: str, how: KnownBy) -> None:
        if person := self._people.of_employee_number(employee_number):
            self._tickets.identify(self.number, person.id, how, self.at)

    def noted(self, fields: dict[str, str]) -> None:
        self._tickets.note_fields(self.number, fields, self.at)

    def marked(self, mark: int) -> None:
        self._tickets.note_mark(self.number, mark, self.at)

    def article(self, article: str, answer: str, helped: bool) -> None:
        self._tickets.note_article(self.number, article, None, self.at)
        self.line(answer, 15)
        self.line("Did that help?", 2)
        self.caller("yes thank you" if helped else "no it still does not work", 0.97)
        self._tickets.note_article(self.number, article, helped, self.at)
        if helped:
            self._tickets.decide(self.number, "solved", {"article": article}, self.at)

    def queue(self, group: str, agent: str | None, wait_s: float = 21) -> None:
        self._tickets.decide(self.number, "enter_queue", {"group": group, "reason": "asked"}, self.at)
        self._tickets.queue_entered(self.number, group, "asked", self.at)
        self.line("I will put you through to a colleague. You do not have to repeat what you have told me.", wait_s)
        if agent:
            self._tickets.queue_offered(self.number, agent, self.at)
            self.wait(5)
            self._tickets.queue_answered(self.number, agent, self.at)
            self.wait(2)
        else:
            self._tickets.queue_abandoned(self.number, self.at)

    def end(self, recordings: Path, solved: bool = False, kind: str = "call") -> str:
        self._tickets.finish_call(self.number, self.at, 16)
        if solved:
            self._tickets.solve(self.number, self.at)
        name = f"{self.number}-{kind}.wav"
        seconds = write_tone(recordings / name, 6)
        self._tickets.attach_recording(self.number, name, seconds, "message" if kind == "message" else "call", self.at)
        return self.number


def seed(store: Store, settings: TicketsSettings, start: datetime = MORNING) -> dict[str, str]:
    """Twenty-nine tickets; the numbers of the ones that tests look at, by name."""
    settings.recordings.mkdir(parents=True, exist_ok=True)
    anna = Entry(employee_number="10442", name="Anna Berg", site="berlin", numbers=frozenset({"1044"}))
    store.people.import_rows((anna,), start - timedelta(days=5), everyone=True)
    for day in range(4, 0, -1):
        _earlier_day(store, settings.recordings, start - timedelta(days=day), day)
    return {
        "locked": _locked(store, settings.recordings, start),
        "person": _person(store, settings.recordings, start + timedelta(minutes=14)),
        "keys": _keys(store, settings.recordings, start + timedelta(minutes=31)),
        "message": _message(store, settings.recordings, start + timedelta(minutes=47)),
        "live": _live(store, start + timedelta(minutes=55)),
    }


def _locked(store: Store, recordings: Path, at: datetime) -> str:
    story = Story(store, "call-locked", "+4930901820", at)
    said = "my account is locked and i cannot log in"
    story.caller(said, 0.94, (("my account is lost and i cannot log in", 0.71), ("my count is locked", 0.33)))
    story.understood("article:account-locked", 0.91, "accounts")
    story.line("I think I can help you with that.", 2)
    answer = (
        "Wait fifteen minutes, then your account unlocks by itself. Then log in once, slowly, with your new password."
    )
    story.article("account-locked", answer, helped=True)
    story.line("I am glad that I could help. Your ticket number is 1 0 0 0 2 5. Thank you for calling. Goodbye.", 8)
    return story.end(recordings)


def _person(store: Store, recordings: Path, at: datetime) -> str:
    story = Story(store, "call-person", "1044", at)
    story.identified("10442", "number")
    story.caller("the v p n drops every few minutes since this morning", 0.88)
    story.understood("article:vpn-connect", 0.78, "network")
    story.article(
        "vpn-connect", "Disconnect, choose the gateway Frankfurt two in the list, and connect again.", helped=False
    )
    story.line("I am sorry that it did not help. Tell me more about it, or say: I want to talk to a person.", 5)
    story.caller("i want to talk to a person my password is hunter two by the way", 0.81)
    story.understood("operator", 0.97, "network")
    story.identified("10442", "pin")
    story.noted({"system": "vpn", "employee_number": "10442"})
    story.queue("network", "Maria Lindner")
    story.agent("Hello, this is Maria. I see that your VPN drops although you changed the gateway.", 6)
    story.caller("yes every five minutes or so", 0.9)
    story.agent("I have reset your profile. Please connect once more and stay on the line.", 9)
    story.caller("it is holding now thank you very much", 0.92)
    story.marked(5)
    return story.end(recordings, solved=True)


def _keys(store: Store, recordings: Path, at: datetime) -> str:
    story = Story(store, "call-keys", "anonymous", at)
    story.line("I cannot hear you. Please say what is wrong, or press a key.", 6)
    story.keys("4")
    story.line("Hardware and printers. If a printer does not print, press 1.", 5)
    story.keys("1")
    story.understood("article:printer-offline", 1.0, "hardware")
    story.article("printer-offline", "Switch the printer off, wait half a minute, and switch it on again.", helped=True)
    return story.end(recordings)


def _message(store: Store, recordings: Path, at: datetime) -> str:
    story = Story(store, "call-message", "+4930901820", at)
    story.caller(
        "outlook keeps asking for my password all the time", 0.48, (("out look keeps asking for my passport", 0.46),)
    )
    story.understood("article:outlook-password", 0.55, "email")
    story.line("I am sorry, nobody is at the desk at the moment. Please leave a message after the tone.", 9)
    store.tickets.decide(story.number, "leave_message", {"group": "first"}, story.at)
    return story.end(recordings, kind="message")


def _live(store: Store, at: datetime) -> str:
    story = Story(store, "call-live", "+442079460123", at)
    story.caller("i need access to the finance folder on the shared drive", 0.9)
    story.understood("category:software", 0.83, "software")
    return story.number


def _earlier_day(store: Store, recordings: Path, at: datetime, day: int) -> None:
    sentences = [
        ("my laptop does not start after the update", "hardware", "article:laptop-start"),
        ("i forgot my password for the travel portal", "accounts", "article:password-forgotten"),
        ("the wi-fi in meeting room 305 is very slow", "network", "article:office-wifi"),
        ("please install the drawing program for me", "software", "category:software"),
        ("my mailbox is full and i cannot send anything", "email", "article:mailbox-full"),
        ("the screen on my desk stays black", "hardware", "article:screen-black"),
    ]
    for position, (said, category, intent) in enumerate(sentences):
        story = Story(
            store, f"call-{day}-{position}", f"+49309018{day}{position}", at + timedelta(minutes=37 * position)
        )
        story.caller(said, 0.7 + 0.04 * position)
        story.understood(intent, 0.62 + 0.05 * position, category)
        story.queue("first", None if position == 3 else ("Jonas Weber", "Maria Lindner")[position % 2])
        story.end(recordings, solved=position % 3 != 0)


def write_tone(file: Path, seconds: int) -> float:
    """A gentle tone that swells once a second, 8 kHz, 16 bit; returns its length in seconds."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(_tone_of_a_second() * seconds)
    return float(seconds)


@cache
def _tone_of_a_second() -> bytes:
    swell = (math.sin(math.pi * n / 8000) * math.sin(2 * math.pi * 330 * n / 8000) for n in range(8000))
    return b"".join(struct.pack("<h", int(6000 * level)) for level in swell)
