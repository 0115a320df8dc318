"""Slots, corrections, ways back, other languages, orders, callbacks, hours.
# P-1, P-2, P-9, P-10, 000-2, 001-2, 001-7, 001-15, 001-19, 001-20, 003-2, 004-14
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from desk import CALL, AnsweringConversation, Desk, FewNumbers, FullQueues, Outbox, PhraseMatcher, RememberingRecord
from test_flow import decide

from dialplan.groups import Limit
from ivr.conversation import Call, Expecting, Heard, Prompt
from ivr.decision import Disconnect, EnterQueue, LeaveMessage, RequestCallback, Solved
from ivr.desk import KnownPerson, SoFar
from ivr.flow import return_to_menu, take_call

SUNDAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def desk_knowing(**meanings: str) -> Desk:
    """A desk that understands each sentence (underscores for spaces) as its target."""
    known = {said.replace("_", " "): ("accept", target, 0.9) for said, target in meanings.items()}
    return Desk(matcher=PhraseMatcher({**Desk().matcher.meanings, **known}))


async def test_the_fixed_intake_asks_system_department_and_problem() -> None:
    desk = desk_knowing(business_system="intent:business-system")
    decision, prompts = await decide(desk, "business system", "the s a p system", "finance", "the order is not saved")
    assert decision == EnterQueue("helpdesk", "menu")
    assert prompts[2:5] == ["slot.system.ask", "slot.department.ask", "slot.problem.ask"]
    assert (
        "noted",
        {"system": "sap", "department": "finance", "problem": "the order is not saved"},
    ) in desk.record.told


async def test_what_the_first_sentence_told_is_not_asked_again() -> None:
    desk = desk_knowing(something_is_wrong_in_sap_for_finance="intent:business-system")
    _, prompts = await decide(desk, "something is wrong in sap for finance", "orders are not saved")
    assert "slot.system.ask" not in prompts
    assert "slot.problem.ask" in prompts


async def test_a_correction_in_the_same_breath_is_taken() -> None:
    decision, prompts = await decide(
        desk_knowing(my_mailbox_is_full="article:mailbox-full"), "slow", "no i said my mailbox is full", "yes"
    )
    assert decision == Solved("mailbox-full")
    assert prompts[1:4] == ["main.ask", "confirm.article", "article.intro"]


async def test_two_that_are_equally_probable_are_offered_together() -> None:
    class TwoEqual(PhraseMatcher):
        async def rank(self, hypotheses, language):  # type: ignore[no-untyped-def]
            ranking = await super().rank(hypotheses, language)
            first, *rest = ranking.candidates
            equal = [replace(candidate, confidence=first.confidence) for candidate in rest]
            return replace(ranking, candidates=(first, *equal))

    decision, prompts = await decide(Desk(matcher=TwoEqual(Desk().matcher.meanings)), "slow", "the first one", "yes")
    assert decision == Solved("laptop-slow")
    assert prompts[2] == "confirm.either"


async def test_back_asks_the_question_before() -> None:
    _, prompts = await decide(Desk(), "1", "7", "2", "2", "1")
    assert prompts[1:5] == ["main.ask", "accounts.ask", "main.ask", "email.ask"]


async def test_back_at_the_beginning_asks_the_same_again() -> None:
    _, prompts = await decide(Desk(), "back", "locked", "yes")
    assert prompts[1:3] == ["main.ask", "main.ask"]


@pytest.mark.parametrize("wish", ["8", "in chinese please"])
async def test_the_language_changes_in_mid_call(wish: str) -> None:
    languages: list[str] = []

    class Listening(AnsweringConversation):
        async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
            languages.append(f"{prompt.key} {prompt.language}")
            return await super().ask(prompt, expecting, lead)

    decision = await take_call(CALL, Listening("1", wish, "locked", "是的"), Desk())
    assert decision == Solved("account-locked")
    assert languages == ["main.ask en", "accounts.ask en", "accounts.ask zh", "article.helped zh"]


async def test_an_order_begins_with_the_link() -> None:
    desk = desk_knowing(new_laptop="intent:order-hardware")
    decision, prompts = await decide(desk, "new laptop", "yes", "yes", "no")
    assert decision == Disconnect("link")
    assert desk.messenger.sent == [("sms", CALL.caller, "Your IT hotline: https://portal.example.com/order")]
    assert prompts[2:5] == ["request.link", "link.number", "link.sent"]


async def test_who_does_not_want_the_link_orders_by_voice() -> None:
    desk = desk_knowing(i_need_a_new_laptop="intent:order-hardware")
    decision, prompts = await decide(desk, "i need a new laptop", "no", "an apple please")
    assert decision == Disconnect("ticket")
    assert prompts[2:] == ["request.link", "slot.platform.ask", "ticket.taken"]
    assert ("noted", {"device": "laptop", "platform": "apple"}) in desk.record.told


async def test_a_link_that_cannot_be_sent_leads_to_a_person() -> None:
    desk = desk_knowing(the_portal="intent:portal-link")
    desk.messenger = Outbox(is_broken=True)
    decision, prompts = await decide(desk, "the portal", "yes")
    assert decision == EnterQueue("helpdesk", "link")
    assert "link.failed" in prompts


async def test_a_callback_to_the_number_of_the_telephone() -> None:
    decision, prompts = await decide(desk_knowing(call_me="intent:callback"), "call me", "yes")
    assert decision == RequestCallback("helpdesk", CALL.caller)
    assert prompts[2:] == ["callback.number", "callback.promised"]


async def test_a_callback_to_another_number() -> None:
    decision, prompts = await decide(desk_knowing(call_me="intent:callback"), "call me", "no", "030123456", "1")
    assert decision == RequestCallback("helpdesk", "030123456")
    assert prompts[2:] == ["callback.number", "phone.ask", "slot.confirm", "callback.promised"]


async def test_a_mark() -> None:
    desk = desk_knowing(feedback="intent:mark")
    decision, _ = await decide(desk, "feedback", "nine", "four")
    assert decision == Disconnect("survey")
    assert ("scored", 4) in desk.record.told


async def test_a_message() -> None:
    decision, _ = await decide(desk_knowing(note_this="intent:message"), "note this")
    assert decision == LeaveMessage("helpdesk")


async def test_outside_of_its_hours_a_group_takes_messages() -> None:
    desk = desk_knowing(complaint="intent:complaint")
    assert await decide(desk, "complaint") == (
        EnterQueue("service-manager", "menu"),
        ["greeting", "main.ask", "queue.enter"],
    )
    caller = AnsweringConversation("complaint")
    closed = replace(desk, time=SUNDAY)
    decision = await take_call(Call("call-2", "1001", "5000", "en", SUNDAY), caller, closed)
    assert decision == LeaveMessage("service-manager")
    assert caller.prompts[-1] == "queue.closed"


async def test_a_callback_at_a_number_that_may_not_be_called_is_not_promised() -> None:  # D6
    desk = replace(desk_knowing(call_me="intent:callback"), trunk=FewNumbers(frozenset({CALL.caller})))
    decision, prompts = await decide(desk, "call me", "yes")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts[2:5] == ["callback.number", "callback.impossible", "queue.enter"]


async def test_a_security_incident_goes_first() -> None:
    decision, prompts = await decide(desk_knowing(virus="intent:security"), "virus")
    assert decision == EnterQueue("helpdesk", "menu", priority=9)
    assert prompts[2:] == ["security.say", "queue.enter"]


def with_limit(then: dict[str, object]) -> Desk:
    """The help desk is full, and does this then."""
    desk = desk_knowing()
    limit = Limit.model_validate({"waiting": 1, "then": then})
    full = desk.dialplan.groups["helpdesk"].model_copy(update={"limit": limit})
    dialplan = replace(desk.dialplan, groups={**desk.dialplan.groups, "helpdesk": full})
    return replace(desk, dialplan=dialplan, queues=FullQueues(("helpdesk",)))


async def test_a_full_group_says_so_and_leads_elsewhere() -> None:  # P-4
    decision, prompts = await decide(with_limit({"callback": "helpdesk"}), "0", "yes")
    assert decision == RequestCallback("helpdesk", "1001")
    assert prompts[-3:] == ["queue.full", "callback.number", "callback.promised"]
    assert "queue.enter" not in prompts


async def test_a_full_group_hands_over_to_another_one() -> None:
    decision, prompts = await decide(with_limit({"queue": "service-manager"}), "0")
    assert decision == EnterQueue("service-manager", "menu")
    assert prompts[-2:] == ["queue.full", "queue.enter"]


async def test_groups_that_send_him_round_end_with_a_message() -> None:
    decision, prompts = await decide(with_limit({"queue": "helpdesk"}), "0")
    assert decision == LeaveMessage("helpdesk")
    assert prompts.count("queue.full") == 2


async def test_a_group_that_is_not_full_is_entered() -> None:
    decision, _ = await decide(replace(with_limit({"voicemail": "helpdesk"}), queues=FullQueues()), "0")
    assert decision == EnterQueue("helpdesk", "asked")


async def test_who_comes_back_from_the_queue_is_not_greeted_and_what_he_has_told_is_known() -> None:  # P-4
    desk = desk_knowing()
    late = CALL.arrived_at + timedelta(hours=2)  # he has waited for long: that does not count
    record = RememberingRecord(
        known=SoFar(
            "zh",
            KnownPerson(1, "204417", "Anna Berg"),
            "employee_number",
            "accounts",
            "",
            frozenset({"account-locked"}),
        )
    )
    caller = AnsweringConversation("0")
    decision = await return_to_menu(CALL, caller, replace(desk, record=record, time=late))
    assert decision == EnterQueue("helpdesk", "asked")
    assert caller.prompts == ["main.ask", "queue.enter"]
    assert record.told == []  # nor is he asked who he is
