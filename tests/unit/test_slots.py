"""Slots are asked, looked up, read back, corrected and keyed in. # 000-9, 000-18, 001-7"""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from desk import NINE, AnsweringConversation, Desk, FewPeople, FewTickets, said

from dialplan.loader import Dialplan, load_dialplan
from dialplan.slots import Choice, Slot, System
from ivr.conversation import Expecting, Heard, Hypothesis, Prompt, Utterance
from ivr.desk import KnownPerson, TicketState
from ivr.dialogue import Dialogue, PersonWanted, StartOver
from ivr.slot_values import Setting, slots_in
from ivr.slots import fill_slot
from ivr.speech.wording import Wording

EMPLOYEE = Slot(kind="employee_number", ask="main.ask", keys="main.keys", digits=(6,))
SYSTEM = Slot(kind="system", ask="main.ask", again="main.again")
DEPARTMENT = Slot(kind="department", ask="main.ask", confirm=True)
DAY = Slot(kind="date", ask="main.ask", confirm=True)
PHONE = Slot(kind="phone_number", ask="main.ask")
TICKET = Slot(kind="ticket_number", ask="main.ask", digits=(6,))
TEXT = Slot(kind="text", ask="main.ask")
SURE = Slot(kind="yes_no", ask="main.ask")
COLOUR = Slot(kind="choice", ask="main.ask", choices={"red": Choice(name={"en": "red", "zh": "红色"})})

ADA = KnownPerson(1, "442315", "Ada")
BEN = KnownPerson(2, "442316", "Ben")
CALLER = "+493023125042"


@cache
def dialplan() -> Dialplan:
    shipped = load_dialplan()
    systems = {
        "sap": System(name={"en": "S A P", "zh": "SAP"}, category="software"),
        "outlook": System(name={"en": "Outlook", "zh": "Outlook"}, category="email"),
    }
    departments = {
        "finance": Choice(name={"en": "Finance", "zh": "财务部"}, phrases={"en": ("accounting",)}),
        "sales": Choice(name={"en": "Sales", "zh": "销售部"}),
    }
    return replace(shipped, menus=shipped.menus.model_copy(update={"systems": systems, "departments": departments}))


def desk() -> Desk:
    return Desk(dialplan=dialplan(), people=FewPeople(others=(ADA, BEN)))


class Caller(AnsweringConversation):
    """Answers, and keeps what he heard in words."""

    def __init__(self, plan: Dialplan, *given: str | Heard) -> None:
        super().__init__(*given)
        self.heard: list[str] = []
        self.most_keys = 0
        self._wording = Wording(plan.prompts)

    async def say(self, prompt: Prompt) -> None:
        self.heard.append(self._wording.text(prompt))
        await super().say(prompt)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self.heard += [self._wording.text(part) for part in (*lead, prompt)]
        self.most_keys = max(self.most_keys, expecting.max_digits)
        return await super().ask(prompt, expecting, lead)


async def fill(
    slot: Slot, *given: str | Heard, language: str = "en", at: Desk | None = None, told: str | None = None
) -> tuple[str | None, Caller]:
    """What `slot` is filled with by a caller who answers so; `told` is what he said before."""
    at = at or desk()
    caller = Caller(at.dialplan, *given)
    dialogue = Dialogue(caller, at.dialplan, language, may_go_on=lambda: True)
    value = await fill_slot(dialogue, at, "gap", slot, CALLER, said(told) if told else None)
    assert not caller.left, "it was filled before the caller had said all"
    return value, caller


async def test_a_number_is_read_back_digit_by_digit() -> None:
    value, caller = await fill(EMPLOYEE, "my number is four four two three one five thanks", "yes")
    assert value == "442315"
    assert caller.heard[1:] == ["I understood 442315. Is that right?"]
    prompt = Prompt("slot.confirm", "en", {"value": "442315"})
    assert Wording(dialplan().prompts).pieces(prompt)[1:4] == ("four", "four", "two")


async def test_a_number_may_be_keyed_at_once() -> None:
    value, caller = await fill(EMPLOYEE, "442315", "1")
    assert value == "442315"
    assert caller.most_keys == 6


async def test_the_reading_that_the_directory_has_is_taken() -> None:
    heard = Utterance((Hypothesis("4 4 2 3 5 0", 0.6), Hypothesis("4 4 2 3 1 6", 0.3), Hypothesis("4 4 2 3 1 5", 0.1)))
    assert (await fill(EMPLOYEE, heard, "yes"))[0] == "442316"


@pytest.mark.parametrize("heard", ["4 2 3 1 5", "my number is 42-315"])
async def test_a_repeated_digit_that_the_recognizer_swallowed_is_supposed(heard: str) -> None:
    value, caller = await fill(EMPLOYEE, heard, "yes")
    assert value == "442315"
    assert caller.prompts == ["main.ask", "slot.confirm"]


async def test_of_two_numbers_that_may_have_been_swallowed_none_is_supposed() -> None:
    at = Desk(dialplan=dialplan(), people=FewPeople(others=(ADA, KnownPerson(3, "422315", "Cleo"))))
    _, caller = await fill(EMPLOYEE, "4 2 3 1 5", "422315", "yes", at=at)
    assert caller.prompts == ["main.ask", "main.keys", "slot.confirm"]


async def test_keys_and_numbers_that_nobody_knows_are_never_supposed() -> None:
    _, caller = await fill(EMPLOYEE, "42315", said("4 2 3 1 5"), "yes", at=desk())
    assert caller.prompts == ["main.ask", "main.keys", "slot.confirm"]
    with pytest.raises(PersonWanted):
        await fill(EMPLOYEE, *(said("4 2 3 1 5"),) * 3, at=Desk(dialplan=dialplan()))


async def test_a_number_that_nobody_has_is_asked_for_by_keys() -> None:
    value, caller = await fill(EMPLOYEE, "nine nine nine nine nine nine", "442315", "yes")
    assert value == "442315"
    assert caller.prompts == ["main.ask", "slot.not_found", "main.keys", "slot.confirm"]


async def test_a_number_that_was_not_understood_is_asked_for_by_keys() -> None:
    _, caller = await fill(EMPLOYEE, "er what", "442315", "yes")
    assert caller.prompts == ["main.ask", "main.keys", "slot.confirm"]


async def test_without_a_prompt_of_its_own_the_usual_words_ask_for_keys() -> None:
    _, caller = await fill(TICKET.model_copy(update={"kind": "phone_number"}), "er what", "442315", "yes")
    assert caller.prompts[1] == "slot.by_keys"


async def test_without_a_directory_every_number_is_taken() -> None:
    assert (await fill(EMPLOYEE, "9 9 9 9 9 9", "yes", at=Desk(dialplan=dialplan())))[0] == "999999"


async def test_numbers_of_another_length_are_not_taken() -> None:
    assert (await fill(EMPLOYEE, "four four two", "44231", "442315", "yes"))[0] == "442315"


@pytest.mark.parametrize(
    "correction",
    ["no I said four four two three one six", "No, 442316.", "four four two three one six", "not five but 4 4 2 3 1 6"],
)
async def test_a_correction_takes_the_new_value_in_the_same_breath(correction: str) -> None:
    value, caller = await fill(EMPLOYEE, "four four two three one five", correction, "yes")
    assert value == "442316"
    assert caller.heard[-2:] == ["I understood 442315. Is that right?", "I understood 442316. Is that right?"]


async def test_a_bare_no_asks_again_by_keys() -> None:
    value, caller = await fill(EMPLOYEE, "four four two three one five", "no", "442316", "yes")
    assert value == "442316"
    assert caller.prompts == ["main.ask", "slot.confirm", "main.keys", "slot.confirm"]


async def test_what_was_denied_is_not_offered_again() -> None:
    both = Utterance((Hypothesis("442315"), Hypothesis("442316")))
    value, caller = await fill(EMPLOYEE, both, "no", both, "yes")
    assert value == "442316"
    assert "slot.not_found" not in caller.prompts


async def test_keys_may_say_again_what_was_denied_by_mistake() -> None:
    assert (await fill(EMPLOYEE, "4 4 2 3 1 5", "no", "442315", "yes"))[0] == "442315"


async def test_saying_it_again_is_a_yes() -> None:
    assert (await fill(EMPLOYEE, "4 4 2 3 1 5", said("442315")))[0] == "442315"


async def test_three_failures_bring_a_person() -> None:
    with pytest.raises(PersonWanted) as wanted:
        await fill(EMPLOYEE, "what", "123456", "what was that now")
    assert wanted.value.reason == "no_match"


async def test_three_denials_bring_a_person() -> None:
    with pytest.raises(PersonWanted) as wanted:
        await fill(EMPLOYEE, "442315", "no", "442316", "no", "442315", "no")
    assert wanted.value.reason == "no_match"


async def test_silence_brings_a_person() -> None:
    with pytest.raises(PersonWanted) as wanted:
        await fill(SYSTEM, "", "", "")
    assert wanted.value.reason == "no_input"


async def test_global_words_are_heard_while_a_slot_is_asked() -> None:
    with pytest.raises(PersonWanted):
        await fill(EMPLOYEE, "operator")
    with pytest.raises(StartOver):
        await fill(EMPLOYEE, "442315", "main menu")


@pytest.mark.parametrize("slot", [EMPLOYEE, SYSTEM, DAY, PHONE, TEXT])
@pytest.mark.parametrize("answer", ["I don't know", "I don't have one", "skip"])
async def test_who_does_not_know_goes_on(slot: Slot, answer: str) -> None:
    assert (await fill(slot, answer))[0] is None


async def test_the_terminator_alone_is_no_number() -> None:
    assert (await fill(EMPLOYEE, "#"))[0] is None


async def test_a_value_counts_more_than_not_knowing() -> None:
    assert (await fill(SYSTEM, "I don't know, SAP I think"))[0] == "sap"


async def test_a_choice_is_found_in_a_sentence() -> None:
    value, caller = await fill(SYSTEM, "it is about out look")
    assert value == "outlook"
    assert caller.prompts == ["main.ask"]


async def test_of_two_choices_one_is_confirmed() -> None:
    value, caller = await fill(SYSTEM, "SAP or Outlook", "no, SAP")
    assert value == "sap"
    assert caller.heard[1:] == ["I understood Outlook. Is that right?"]


async def test_a_choice_is_read_back_by_its_name_and_corrected() -> None:
    value, caller = await fill(DEPARTMENT, "accounting", "no I said sales", "yes")
    assert value == "sales"
    assert caller.heard[1:] == ["I understood Finance. Is that right?", "I understood Sales. Is that right?"]


async def test_choices_are_told_with_their_keys_once_speech_has_failed() -> None:
    value, caller = await fill(SYSTEM, "the thing", "the other thing", "2")
    assert value == "outlook"
    assert caller.prompts == ["main.ask", "main.again", "slot.options"]
    assert caller.heard[-1] == "For S A P, press 1. For Outlook, press 2."


async def test_choices_of_its_own() -> None:
    assert (await fill(COLOUR, "the red one please"))[0] == "red"


async def test_a_day_is_read_back_in_words() -> None:
    value, caller = await fill(DAY, "next Tuesday", "yes")
    assert value == "2026-03-10"
    assert caller.heard[1] == "I understood Tuesday, the 10th of March. Is that right?"


async def test_a_day_is_corrected_and_keyed() -> None:
    assert (await fill(DAY, "tomorrow", "no, on Friday", "yes"))[0] == "2026-03-06"
    value, caller = await fill(DAY, "whenever", "well", "0504", "yes")
    assert value == "2026-04-05"
    assert caller.prompts[2] == "slot.date_by_keys"


@pytest.mark.parametrize(("answer", "value"), [("yes please", "yes"), ("no", "no"), ("1", "yes"), ("2", "no")])
async def test_yes_or_no(answer: str, value: str) -> None:
    assert (await fill(SURE, answer))[0] == value


async def test_free_text_is_what_was_said() -> None:
    assert (await fill(TEXT, "I don't know why it fails, it just does"))[0] == "I don't know why it fails, it just does"


async def test_free_text_is_corrected_only_behind_a_no() -> None:
    slot = TEXT.model_copy(update={"confirm": True})
    value, caller = await fill(slot, "the fan is wet", "well", "no, I said the fan is loud", "yes")
    assert value == "the fan is loud"
    assert caller.prompts == ["main.ask", "slot.confirm", "confirm.again", "slot.confirm"]


async def test_the_number_he_calls_from() -> None:
    value, caller = await fill(PHONE, "the number I'm calling from", "yes")
    assert value == CALLER
    assert caller.heard[1] == "I understood 493023125042. Is that right?"


async def test_another_telephone_number() -> None:
    assert (await fill(PHONE, "oh three oh nine oh one eight two oh", "yes"))[0] == "030901820"


async def test_a_ticket_must_exist() -> None:
    at = desk()
    at.tickets = FewTickets((TicketState("100023", "open", "Printer", 1, NINE),))
    value, caller = await fill(TICKET, "T 1 0 0 0 2 4", "100023", "yes", at=at)
    assert value == "100023"
    assert caller.prompts == ["main.ask", "slot.not_found", "slot.by_keys", "slot.confirm"]


async def test_what_was_said_before_is_not_asked_again() -> None:
    value, caller = await fill(SYSTEM, told="I need SAP access for finance")
    assert value == "sap"
    assert caller.prompts == []


async def test_what_was_said_before_is_read_back_where_that_is_due() -> None:
    value, caller = await fill(EMPLOYEE, "yes", told="this is 442315, my screen is black")
    assert value == "442315"
    assert caller.prompts == ["slot.confirm"]


async def test_what_was_said_before_and_denied_is_asked() -> None:
    value, caller = await fill(EMPLOYEE, "no", "442316", "yes", told="ticket 442315 is not solved")
    assert value == "442316"
    assert caller.prompts == ["slot.confirm", "main.ask", "slot.confirm"]


async def test_a_mandarin_caller() -> None:
    value, caller = await fill(EMPLOYEE, "我的工号是四四二三幺六", "不对，是四四二三幺五", "对", language="zh")
    assert value == "442315"
    assert caller.prompts == ["main.ask", "slot.confirm", "slot.confirm"]
    assert (await fill(DAY, "下周二", "对", language="zh"))[0] == "2026-03-10"
    assert (await fill(SYSTEM, "我要SAP的权限", language="zh"))[0] == "sap"
    assert (await fill(PHONE, "就是我现在打的号码", "对", language="zh"))[0] == CALLER
    assert (await fill(EMPLOYEE, "我不知道", language="zh"))[0] is None


def test_slots_in_passing() -> None:
    slots = {"system": SYSTEM, "department": DEPARTMENT, "day": DAY, "who": EMPLOYEE, "why": TEXT, "sure": SURE}
    setting = Setting(dialplan(), "en", date(2026, 3, 2))
    assert slots_in("I need SAP access for finance by tomorrow", slots, setting) == {
        "system": "sap",
        "department": "finance",
        "day": "2026-03-03",
    }
    assert slots_in("442315 here, yes it is broken", slots, setting) == {"who": "442315"}
    assert slots_in("my laptop is slow", slots, setting) == {}
    chinese = replace(setting, language="zh")
    assert slots_in("财务部需要SAP权限", slots, chinese) == {"system": "sap", "department": "finance"}


def test_numbers_of_no_known_length_are_not_found_in_passing() -> None:
    setting = Setting(dialplan(), "en", date(2026, 3, 2))
    assert slots_in("both of my 2 screens are black", {"call": PHONE}, setting) == {}
