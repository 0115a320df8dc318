"""What an agent wants when he calls the line from his own telephone: to be ready, to pause, to log in or out."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.conversation import Digits, Expecting, Prompt, Utterance
from ivr.dialogue import Dialogue, LanguageChanged, PersonWanted, Question, StepChanged
from ivr.spoken.choices import choice_in
from ivr.spoken.read_back import CHOICE_KEYS, named_options


@dataclass(frozen=True, slots=True)
class LogIn:
    pass


@dataclass(frozen=True, slots=True)
class LogOut:
    pass


@dataclass(frozen=True, slots=True)
class Ready:
    pass


@dataclass(frozen=True, slots=True)
class Pause:
    """`reason` is a name of the dialplan's `pauses`; None is the first of them."""

    reason: str | None = None


Wish = LogIn | LogOut | Ready | Pause

_KEYS = {"1": "ready", "2": "pause", "3": "log_out", "4": "log_in", "5": "state"}
"""As the prompt `agent.menu` says them."""

_WISHES: dict[str, Wish] = {"ready": Ready(), "log_out": LogOut(), "log_in": LogIn()}


async def ask_wish(dialogue: Dialogue, standing: Callable[[str], tuple[Prompt, ...]]) -> Wish | None:
    """What the agent wants; None when he wants nothing, or could not be understood. `standing` tells how he stands, in
    a language.

    Raises:
        CallerHungUp: he is gone.
    """
    menu, tells = _Menu(dialogue), True
    while True:
        try:
            chosen = await dialogue.ask(menu.question(), standing(dialogue.language) if tells else ())
            tells = chosen == "state"
            if not tells:
                return _WISHES.get(chosen) or await _pause(dialogue, menu, chosen)
        except PersonWanted:
            return None
        except LanguageChanged:
            tells = True
        except StepChanged:
            tells = False


async def _pause(dialogue: Dialogue, menu: "_Menu", chosen: str) -> Pause:
    """Who said why at once is not asked."""
    if chosen in menu.reasons:
        return Pause(chosen)
    if not menu.reasons:
        return Pause()
    reason = await dialogue.ask(menu.why())
    return Pause(reason)


@dataclass(frozen=True, slots=True)
class _Menu:
    dialogue: Dialogue

    @property
    def reasons(self) -> dict[str, tuple[str, ...]]:
        """By name what they are called in the language of the dialogue."""
        language = self.dialogue.language
        pauses = self.dialogue.dialplan.pauses.items()
        return {name: (pause.name[language], *pause.phrases.get(language, ())) for name, pause in pauses}

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        language = self.dialogue.language
        return {name: phrases.get(language, ()) for name, phrases in self.dialogue.dialplan.agent_words}

    def question(self) -> Question[str]:
        """A name of `agent_words`, or a reason to pause."""
        choices = {**self.words, **self.reasons}

        async def understand(heard: Utterance | Digits) -> str | None:
            return _KEYS.get(heard.digits) if isinstance(heard, Digits) else _chosen(heard, choices)

        menu, again = self.dialogue.prompt("agent.menu"), self.dialogue.prompt("agent.again")
        return Question(_expecting("agent", choices), understand, menu, again, silent=menu, keys=menu)

    def why(self) -> Question[str]:
        """A reason to pause."""
        reasons, dialplan = self.reasons, self.dialogue.dialplan
        keys = dict(zip(CHOICE_KEYS, reasons, strict=False))

        async def understand(heard: Utterance | Digits) -> str | None:
            return keys.get(heard.digits) if isinstance(heard, Digits) else _chosen(heard, reasons)

        options = named_options(dialplan.pauses, dialplan, self.dialogue.language)
        ask = self.dialogue.prompt("agent.reason", options=options)
        return Question(_expecting("pause", reasons), understand, ask, ask, silent=ask, keys=ask)


def _expecting(name: str, choices: dict[str, tuple[str, ...]]) -> Expecting:
    return Expecting(name, phrases=tuple(phrase for phrases in choices.values() for phrase in phrases))


def _chosen(heard: Utterance, choices: dict[str, tuple[str, ...]]) -> str | None:
    """The best of what was heard, in the readings' order."""
    found = (choice_in(reading.text, choices) for reading in heard.hypotheses)
    return next((names[0] for names in found if names), None)
