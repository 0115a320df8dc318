"""Who plays in the demo, and what they say. All of it was recorded ahead by natural voices (sounds/callers)."""

from dataclasses import dataclass

AGENT = "agent1"
AGENT_ADDRESS = "127.0.0.11"
AGENT_GREETING = "good morning this is the help desk how can i help you"
AGENT_FAREWELL = "thank you for calling goodbye"


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    keys: str


@dataclass(frozen=True, slots=True)
class Role:
    """A caller: what he says or presses turn by turn, and how his ticket must end for the demo to have worked."""

    name: str
    number: str
    turns: tuple[Say | Press, ...]
    decision: str
    status: str


CALLERS = (
    Role(
        "Anna",
        "4711",
        (Say("my account is locked and i cannot log in"), Say("yes that helped")),
        decision="solved",
        status="solved",
    ),
    Role(
        "Sarah",
        "4712",
        (
            Say("i want to talk to a person"),
            Say("this is sarah miller from accounting and my computer is broken please call me back"),
        ),
        decision="enter_queue",
        status="in_progress",
    ),
    # Silent at first: she only uses keys. 4: hardware and printers, 1: a printer does not print, 1: yes, that helped.
    Role("Mei", "4713", (Press("4"), Press("1"), Press("1")), decision="solved", status="solved"),
)
