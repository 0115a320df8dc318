"""Filling a slot: ask, understand, look it up, read it back, take a correction; by keys once speech has failed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dialplan.slots import Slot
from ivr.conversation import Digits, Expecting, Prompt, Utterance
from ivr.correction import correction
from ivr.desk import HelpDesk
from ivr.dialogue import Dialogue, Question
from ivr.slot_values import NUMBERS, Setting, is_found_in_passing, longest, supposed, values_of
from ivr.spoken.choices import choice_in
from ivr.spoken.read_back import spoken_options, spoken_value
from ivr.words import normalised

_NONE = "#"
"""The terminator alone: "I have none"."""

_NUMBER_SILENCE_S = 8.0
"""A number is read from a badge or a letter, and that takes longer to find than an answer."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the caller gave; None when he does not know."""

    value: str | None


async def fill_slot(
    dialogue: Dialogue, desk: HelpDesk, name: str, slot: Slot, caller: str = "", said: Utterance | None = None
) -> str | None:
    """The value of `slot`: digits, an ISO date, "yes" or "no", the name of a choice, or the text itself; None when the
    caller does not know. What he has `said` before is not asked again, only read back where that is due.

    Numbers of employees and tickets must exist, those of employees only where there is a directory. `caller` is his own
    number, which "the number I am calling from" means.

    Raises:
        PersonWanted, StepChanged: as every question.
    """
    gap = _Gap(dialogue, desk, name, slot, caller)
    filled = await gap.taken_from(said) if said is not None else None
    if filled is None:
        filled = await dialogue.ask(gap.question())
    return filled.value


@dataclass(slots=True)
class _Gap:
    """A slot being filled; `denied` are values that were read back and were wrong."""

    dialogue: Dialogue
    desk: HelpDesk
    name: str
    slot: Slot
    caller: str
    denied: set[str] = field(default_factory=set)

    def question(self) -> Question[Filled]:
        """Numbers are asked for by keys after the first answer that was not understood, all others after the second."""
        ask = self.dialogue.prompt(self.slot.ask)
        again = self.dialogue.prompt(self.slot.again) if self.slot.again else ask
        keys = self._by_keys(again)
        expecting = Expecting(self.name, max_digits=longest(self.slot))
        if self.slot.kind in NUMBERS:
            expecting, again = replace(expecting, no_input_s=_NUMBER_SILENCE_S), keys
        return Question(expecting, self._answer, ask, again, silent=ask, keys=keys)

    async def taken_from(self, said: Utterance) -> Filled | None:
        """What was said of it in passing, before it was asked for."""
        if not is_found_in_passing(self.slot):
            return None
        values = values_of(self.slot, said, self._setting)
        value = await self._first_possible(values)
        return None if value is None else await self._settled(value, is_sure=len(values) == 1)

    async def _answer(self, heard: Utterance | Digits) -> Filled | None:
        if self._does_not_know(heard):
            return Filled(None)
        values = values_of(self.slot, heard, self._setting)
        if isinstance(heard, Digits):
            self.denied.clear()  # keys are not misheard
        value = await self._first_possible(values) or await self._supposed(heard)
        if value is not None:
            return await self._settled(value, is_sure=len(values) == 1)
        if values and self.denied.isdisjoint(values):
            await self.dialogue.say("slot.not_found")
        return None

    async def _settled(self, value: str, is_sure: bool) -> Filled | None:
        """`value`, or what the caller makes of it when it is read back."""
        is_due = self.slot.confirm or self.slot.kind in NUMBERS
        while is_due or not is_sure:
            answer = await self.dialogue.ask(self._confirmation(value))
            if answer is True:
                break
            self.denied.add(value)
            if answer is False:
                return None
            value, is_sure = answer, True
        return Filled(value)

    def _confirmation(self, value: str) -> Question[bool | str]:
        """Is that right? Yes, no, or another value in the same breath."""

        async def answer(heard: Utterance | Digits) -> bool | str | None:
            said = self.dialogue.words.yes_or_no(heard)
            if said or isinstance(heard, Digits) or self.slot.kind == "yes_no":
                return said
            told = self._correction(heard, is_no=said is False)
            values = values_of(self.slot, told, self._setting) if told else ()
            if said is None and values and values[0] == value:
                return True
            return await self._first_possible(other for other in values if other != value) or said

        spoken = spoken_value(self.slot, value, self.desk.dialplan, self.dialogue.language)
        ask, again = self.dialogue.prompt("slot.confirm", value=spoken), self.dialogue.prompt("confirm.again")
        return Question(Expecting(f"{self.name}_confirm"), answer, ask, again, silent=ask, keys=again)

    def _correction(self, heard: Utterance, is_no: bool) -> Utterance | None:
        """Of free text only what follows a no can be one; other values are recognised among any words."""
        if self.slot.kind != "text":
            return heard
        return correction(heard, self.dialogue.words) if is_no else None

    async def _first_possible(self, values: Iterable[str]) -> str | None:
        for value in values:
            if value not in self.denied and await self._exists(value):
                return value
        return None

    async def _supposed(self, heard: Utterance | Digits) -> str | None:
        """The one number that exists among those that may have been misheard; of several none is supposed."""
        if not await self._is_looked_up():
            return None
        numbers = supposed(self.slot, heard, self._setting)
        found = [number for number in numbers if number not in self.denied and await self._exists(number)]
        return found[0] if len(found) == 1 else None

    async def _exists(self, value: str) -> bool:
        if not await self._is_looked_up():
            return True
        if self.slot.kind == "ticket_number":
            return await self.desk.tickets.get(value) is not None
        return await self.desk.people.of_employee_number(value) is not None

    async def _is_looked_up(self) -> bool:
        if self.slot.kind == "employee_number":
            return not await self.desk.people.is_empty()
        return self.slot.kind == "ticket_number"

    def _does_not_know(self, heard: Utterance | Digits) -> bool:
        if isinstance(heard, Digits):
            return heard.digits == _NONE
        skip = self.desk.dialplan.menus.phrases[self.dialogue.language].skip
        if self.slot.kind == "text":  # "I don't know why it fails" is a text
            return normalised(heard.text) in map(normalised, skip)
        return bool(choice_in(heard.text, {"skip": skip})) and not values_of(self.slot, heard, self._setting)

    def _by_keys(self, again: Prompt) -> Prompt:
        """The question with the keys that answer it."""
        if self.slot.keys:
            return self.dialogue.prompt(self.slot.keys)
        if self.slot.kind in NUMBERS:
            return self.dialogue.prompt("slot.by_keys")
        if self.slot.kind == "date":
            return self.dialogue.prompt("slot.date_by_keys")
        if self.slot.kind == "yes_no":
            return self.dialogue.prompt("confirm.again")
        if self.slot.kind == "text":
            return again
        options = spoken_options(self.slot, self.desk.dialplan, self.dialogue.language)
        return self.dialogue.prompt("slot.options", options=options)

    @property
    def _setting(self) -> Setting:
        today = self.desk.now().astimezone().date()
        return Setting(self.desk.dialplan, self.dialogue.language, today, self.caller)
