"""Who calls: known by telephone, asked on a shared one, by employee number, proven by PIN. # 000-18, 002-7, 001-24"""

from dataclasses import replace

from desk import CALL, AnsweringConversation, Desk, FewPeople, FewTickets, PhraseMatcher, said
from test_flow import decide

from ivr.conversation import Call, Expecting, Heard, Prompt
from ivr.decision import Decision, Disconnect, EnterQueue, RequestCallback, Solved
from ivr.desk import KnownPerson, TicketState
from ivr.flow import take_call

ANNA = KnownPerson(7, "204417", "Anna Berg", site="berlin", department="finance", has_pin=True, mobile="+491701234567")
LI = KnownPerson(8, "300120", "Li Wei", site="shanghai", language="zh")
VIP = replace(ANNA, labels=frozenset({"vip"}))
TICKET = TicketState("100077", "in_progress", "The printer jams", 7, CALL.arrived_at)


def desk_of(*owners: KnownPerson, others: tuple[KnownPerson, ...] = ()) -> Desk:
    meanings = {**Desk().matcher.meanings, "my ticket": ("accept", "intent:ticket-status", 0.9)}
    people = FewPeople({CALL.caller: owners} if owners else {}, others, pins={"204417": "8642"})
    return Desk(matcher=PhraseMatcher(meanings), people=people)


async def call_from(number: str, desk: Desk, *given: str | Heard) -> tuple[Decision, AnsweringConversation]:
    caller = AnsweringConversation(*given)
    return await take_call(Call("call-1", number, "5000", "en", CALL.arrived_at), caller, desk), caller


async def test_a_telephone_of_one_person_tells_who_calls() -> None:
    desk = desk_of(ANNA)
    decision, prompts = await decide(desk, "locked", "yes")
    assert decision == Solved("account-locked")
    assert prompts[:2] == ["greeting.known", "main.ask"]
    assert desk.record.told[0] == ("identified", "Anna Berg", "number")


async def test_a_label_changes_greeting_and_priority() -> None:
    decision, prompts = await decide(desk_of(VIP), "0")
    assert prompts[0] == "greeting.vip"
    assert decision == EnterQueue("helpdesk", "asked", priority=5)


async def test_on_a_shared_telephone_he_is_asked() -> None:
    desk = desk_of(LI, ANNA)
    _, prompts = await decide(desk, "no", "yes", "locked", "yes")
    assert prompts[:4] == ["greeting", "who.is_it", "who.is_it", "main.ask"]
    assert ("identified", "Anna Berg", "said_so") in desk.record.told


async def test_on_a_shared_telephone_he_may_tell_his_problem_instead() -> None:
    decision, prompts = await decide(desk_of(LI, ANNA), "locked", "yes")
    assert decision == Solved("account-locked")
    assert prompts[1:3] == ["who.is_it", "article.intro"]


async def test_who_is_unknown_is_asked_for_his_number_before_a_person_takes_over() -> None:
    desk = desk_of(others=(ANNA,))
    decision, prompts = await decide(desk, "0", "204417", "1")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts[1:] == ["main.ask", "who.number", "slot.confirm", "queue.enter"]
    assert ("identified", "Anna Berg", "employee_number") in desk.record.told


async def test_who_says_that_he_has_no_number_is_put_through_all_the_same() -> None:
    decision, _ = await decide(desk_of(others=(ANNA,)), "0", "skip")
    assert decision == EnterQueue("helpdesk", "asked")


async def test_who_insists_on_a_person_need_not_say_who_he_is() -> None:
    decision, prompts = await decide(desk_of(others=(ANNA,)), "operator", "operator")
    assert decision == EnterQueue("helpdesk", "asked")
    assert prompts[-2:] == ["who.number", "queue.enter"]


async def test_who_could_not_be_understood_is_not_asked_more() -> None:
    decision, prompts = await decide(desk_of(others=(ANNA,)), "gibberish", "gibberish", "gibberish")
    assert decision == EnterQueue("helpdesk", "no_match")
    assert "who.number" not in prompts


async def test_a_spoken_number_that_is_not_in_the_directory_is_asked_by_keys() -> None:
    desk = desk_of(others=(ANNA,))
    _, prompts = await decide(desk, "0", said("nine nine nine nine nine nine"), "204417", "1")
    assert prompts[2:] == ["who.number", "slot.not_found", "who.number_keys", "slot.confirm", "queue.enter"]


async def test_ticket_details_need_a_pin() -> None:
    desk = desk_of(ANNA)
    desk.tickets = FewTickets((TICKET,))
    decision, prompts = await decide(desk, "yes", "8642", "no")
    assert decision == Disconnect("ticket_status")
    assert prompts == [
        "greeting.known",
        "open_ticket.is_it",
        "proof.pin",
        "ticket_status.told",
        "anything_else",
        "goodbye",
    ]
    assert desk.record.told[-1] == ("identified", "Anna Berg", "pin")


async def test_a_wrong_pin_is_asked_again_and_then_we_call_back() -> None:
    desk = desk_of(ANNA)
    decision, prompts = await decide(desk, "my ticket", "1111", "2222", "3333", "yes")
    assert prompts[2:6] == ["proof.pin", "proof.pin_again", "proof.pin_again", "proof.callback"]
    assert decision == RequestCallback("helpdesk", "+491701234567")


async def test_who_cannot_prove_it_comes_to_a_person() -> None:
    desk = desk_of(replace(ANNA, has_pin=False, mobile=""))
    decision, prompts = await decide(desk, "my ticket")
    assert decision == EnterQueue("helpdesk", "unproven")
    assert prompts[-1] == "queue.unproven"


async def test_a_pin_is_a_secret_and_keyed_in() -> None:
    class Listening(AnsweringConversation):
        secrets: list[str] = []  # noqa: RUF012

        async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
            if expecting.secret:
                self.secrets.append(expecting.name)
            return await super().ask(prompt, expecting, lead)

    caller = Listening("my ticket", said("eight six four two"), "8642", "no")
    await take_call(CALL, caller, desk_of(ANNA))
    assert caller.secrets == ["pin", "pin"]


async def test_the_beginning_of_a_number_tells_the_site() -> None:
    decision, caller = await call_from("2001", desk_of(others=(ANNA,)), "locked", "yes")
    assert decision == Solved("account-locked")
    assert caller.prompts[0] == "greeting"
