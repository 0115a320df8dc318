"""The texts of the line: slots that nothing fills, texts that nothing says, and those that nobody listens to."""

from collections.abc import Iterator, Mapping

from dialplan.explanations import did_you_mean
from dialplan.problems import Problem
from dialplan.prompts import REQUIRED
from dialplan.walk import prompts
from ivr.check.subject import Subject
from ivr.speech.wording import WordingError, segments
from knowledge.article import MAX_SPOKEN_WORDS, spoken_length

# What the flow fills into its prompts; all other prompts are fixed.
SLOTS: Mapping[str, frozenset[str]] = {
    "confirm.article": frozenset({"topic"}),
    "confirm.category": frozenset({"topic"}),
    "confirm.intent": frozenset({"topic"}),
    "confirm.either": frozenset({"topic", "other"}),
    "confirm.either_again": frozenset({"topic", "other"}),
    "who.is_it": frozenset({"name"}),
    "outage.notice": frozenset({"notice"}),
    "outage.joined": frozenset({"number"}),
    "slot.confirm": frozenset({"value"}),
    "slot.options": frozenset({"options"}),
    "slot.option": frozenset({"name", "key"}),
    "article.answer": frozenset({"answer"}),
    "article.part": frozenset({"answer"}),
    "article.more": frozenset({"topic"}),
    "article.more_two": frozenset({"topic", "other"}),
    "solved": frozenset({"number"}),
    "ticket.taken": frozenset({"number"}),
    "ticket_status.told": frozenset({"number", "status"}),
    "link.number": frozenset({"number"}),
    "request.link": frozenset({"item"}),
    "callback.number": frozenset({"number"}),
    "callback.promised": frozenset({"number"}),
    "waiting.position": frozenset({"position"}),
    "waiting.under": frozenset({"low", "high"}),
    "waiting.about": frozenset({"high"}),
    "waiting.between": frozenset({"low", "high"}),
    "waiting.callback": frozenset({"key"}),
    "waiting.message": frozenset({"key"}),
    "waiting.menu": frozenset({"key"}),
    "waiting.article": frozenset({"topic"}),
    "waiting.promised": frozenset({"number"}),
    "agent.reason": frozenset({"options"}),
    "agent.who": frozenset({"name"}),
    "agent.paused_for": frozenset({"reason"}),
    "message.thanks": frozenset({"number"}),
    "message.empty": frozenset({"number"}),
}


def check_prompts(subject: Subject) -> Iterator[Problem]:
    named = {prompt for _, prompt in prompts(subject.files)}
    slots = {**SLOTS, **_of_greetings(subject)}
    for language, texts in subject.dialplan.prompts.items():
        for key, text in texts.items():
            yield from _text(subject, language, key, text, slots.get(key, frozenset()))
            if key not in named and key not in REQUIRED:
                hint = did_you_mean(key, sorted(named | set(REQUIRED))) or "remove it"
                source = subject.prompts_source(language)
                yield source.warning((key,), "unused-prompt", f"nothing says '{key}'", hint)


def _of_greetings(subject: Subject) -> dict[str, frozenset[str]]:
    """Who is greeted on a condition that only somebody known can fulfil is greeted by name."""
    greetings = [greeting for greeting in subject.menus.greetings if greeting.when is not None]
    by_name = (
        greeting.say for greeting in greetings if greeting.when and _is_of_the_known(greeting.when.model_fields_set)
    )
    return {prompt: frozenset({"name"}) for prompt in by_name}


def _is_of_the_known(conditions: set[str]) -> bool:
    return bool(conditions & {"known", "label", "department"})


def _text(subject: Subject, language: str, key: str, text: str, known: frozenset[str]) -> Iterator[Problem]:
    source = subject.prompts_source(language)
    try:
        slots = [slot for _, slot in segments(text) if slot is not None]
    except WordingError as error:
        yield source.problem((key,), "bad-slot", str(error), "write {name}, or no braces at all")
        return
    for slot in slots:
        if slot not in known:
            hint = did_you_mean(slot, sorted(known)) if known else "this text has no slots"
            yield source.problem((key,), "unknown-slot", f"nothing fills {{{slot}}} in '{key}'", hint)
    if (words := spoken_length(text)) > MAX_SPOKEN_WORDS:
        message = f"'{key}' takes more than 25 seconds to say: {words} words"
        yield source.warning((key,), "too-long", message, f"keep to {MAX_SPOKEN_WORDS}")
