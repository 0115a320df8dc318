"""The questions of a call: what is wrong, yes or no, and which of two."""

from dialplan.actions import Action
from ivr.conditions import holds
from ivr.conversation import Digits, Expecting, Prompt, Utterance
from ivr.correction import correction
from ivr.dialogue import PersonWanted, Question
from ivr.step import Step, menu_of_category, step_of_option
from ivr.talk import Talk
from ivr.understanding import Meaning, Understanding, Unsure, understand


def menu_question(talk: Talk, name: str) -> Question[Step]:
    """What is wrong, asked with the words of a menu."""
    menu = talk.menus.menus[name]
    return open_question(talk, name, menu.ask, menu.keys or menu.ask)


def open_question(talk: Talk, name: str, ask: str, keys: str) -> Question[Step]:
    """Anything may be said; the keys are those of the menu `name`, if there is one."""
    menu = talk.menus.menus.get(name)
    leading_here = _categories_leading_to(talk, name)

    async def answer(heard: Utterance | Digits) -> Step | None:
        if isinstance(heard, Utterance):
            return await _meant(talk, heard, leading_here)
        facts = await talk.facts()
        options = menu.options if menu else ()
        pressed = next((one for one in options if one.key == heard.digits and holds(one.when, facts)), None)
        return await _pressed(talk, step_of_option(pressed, talk.desk.dialplan)) if pressed else None

    say = talk.dialogue.prompt
    asking = Prompt(ask, talk.dialogue.language, barge_in=menu.barge_in if menu else True)
    return Question(Expecting(name), answer, asking, say("main.again"), say("main.silent"), say(keys))


def yes_no_question(talk: Talk, name: str, ask: Prompt) -> Question[bool | Step]:
    """Yes, no, or another problem told instead; "no, I said …" is both a no and a problem."""
    again = talk.dialogue.prompt("confirm.again")

    async def answer(heard: Utterance | Digits) -> bool | Step | None:
        said = talk.dialogue.words.yes_or_no(heard)
        if said or isinstance(heard, Digits):
            return said
        told = correction(heard, talk.dialogue.words) if said is False else heard
        return (await problem_told(talk, told) if told else None) or said

    phrases = talk.menus.phrases[talk.dialogue.language]
    return Question(Expecting(name, phrases=(*phrases.yes, *phrases.no)), answer, ask, again, again, again)


async def problem_told(talk: Talk, said: Utterance) -> Step | None:
    """The step to a problem that was told in answer to something else; None where none is clear."""
    meant = await _understand(talk, said)
    return await accept(talk, meant) if isinstance(meant, Meaning) else None


async def accept(talk: Talk, meaning: Meaning) -> Step:
    """The step that a meaning leads to.

    Raises:
        PersonWanted: that is what was meant.
    """
    kind, _, name = meaning.target.partition(":")
    if kind == "operator":
        raise PersonWanted("asked")
    if kind == "category":
        step = Step(Action(menu=menu_of_category(talk.desk.dialplan, name)), name)
    elif kind == "intent":
        step = Step(Action(intent=name), talk.menus.intents[name].category)
    else:
        article = talk.desk.articles.spoken(name, talk.dialogue.language)
        step = Step(Action(article=name), article.category if article else None)
    await talk.desk.record.understood(meaning.target, meaning.confidence, step.category)
    return step


async def _pressed(talk: Talk, step: Step) -> Step:
    if step.category is not None:
        await talk.desk.record.understood(f"category:{step.category}", 1.0, step.category)
    return step


async def _meant(talk: Talk, said: Utterance, but_not: frozenset[str]) -> Step | None:
    talk.said = said.text
    match await _understand(talk, said, but_not):
        case Unsure(best, None):
            return await _confirm(talk, best)
        case Unsure(best, other) if other is not None:
            return await _choose(talk, best, other)
        case Meaning() as meaning:
            return await accept(talk, meaning)
        case _:
            return None


async def _understand(talk: Talk, said: Utterance, but_not: frozenset[str] = frozenset()) -> Understanding:
    but_not |= talk.rejected | talk.unsuitable
    return await understand(said, talk.desk.matcher, talk.dialogue.language, but_not)


async def _confirm(talk: Talk, meaning: Meaning) -> Step | None:
    """ "Is this about …?" """
    kind, _, _ = meaning.target.partition(":")
    if kind == "operator":
        raise PersonWanted("asked")
    ask = talk.dialogue.prompt(f"confirm.{kind}", topic=_topic(talk, meaning.target))
    answer = await talk.dialogue.ask(yes_no_question(talk, "confirm", ask))
    if isinstance(answer, Step):
        return answer
    if answer:
        return await accept(talk, meaning)
    talk.rejected.add(meaning.target)
    return None


async def _choose(talk: Talk, best: Meaning, other: Meaning) -> Step | None:
    """ "Is this about …, or about …?" """
    if "operator" in (best.target, other.target):
        return await _confirm(talk, other if best.target == "operator" else best)
    answer = await talk.dialogue.ask(_either_question(talk, best, other))
    if isinstance(answer, Step):
        return answer
    if isinstance(answer, Meaning):
        return await accept(talk, answer)
    talk.rejected |= {best.target, other.target}
    return None


def _either_question(talk: Talk, best: Meaning, other: Meaning) -> Question[Meaning | Step | bool]:
    """Which of two; False is neither."""
    dialogue, keys = talk.dialogue, talk.menus.keys
    phrases = talk.menus.phrases[dialogue.language]

    async def answer(heard: Utterance | Digits) -> Meaning | Step | bool | None:
        if isinstance(heard, Digits):
            return {keys.yes: best, keys.no: other}.get(heard.digits)
        place = dialogue.words.which(heard)
        if place is not None:
            return (best, other)[place]
        if dialogue.words.yes_or_no(heard) is False:
            told = correction(heard, dialogue.words)
            return (await problem_told(talk, told) if told else None) or False
        return await _named(talk, heard, best, other)

    topics = {"topic": _topic(talk, best.target), "other": _topic(talk, other.target)}
    ask, again = dialogue.prompt("confirm.either", **topics), dialogue.prompt("confirm.either_again", **topics)
    expecting = Expecting("either", phrases=(*phrases.first, *phrases.second, *phrases.no))
    return Question(expecting, answer, ask, again, again, again)


async def _named(talk: Talk, said: Utterance, best: Meaning, other: Meaning) -> Meaning | Step | None:
    """He said one of the two in words, or something else altogether."""
    ranking = await talk.desk.matcher.rank(said.hypotheses, talk.dialogue.language)
    if ranking.outcome == "nomatch":
        return None
    first = next((one.target for one in ranking.candidates if one.target in (best.target, other.target)), None)
    if ranking.outcome == "accept" and ranking.candidates[0].target not in (best.target, other.target):
        return await accept(talk, Meaning(ranking.candidates[0].target, ranking.candidates[0].confidence))
    return {best.target: best, other.target: other}.get(first or "")


def _topic(talk: Talk, target: str) -> str:
    """What completes "Is this about …?"."""
    kind, _, name = target.partition(":")
    language = talk.dialogue.language
    if kind == "category":
        return talk.menus.categories[name].topic[language]
    if kind == "intent":
        return talk.menus.intents[name].topic[language]
    article = talk.desk.articles.spoken(name, language)
    return article.topic if article else name


def _categories_leading_to(talk: Talk, menu: str) -> frozenset[str]:
    """In the menu of a category its name says nothing new: taking it would ask the same question for ever."""
    if menu == talk.start:
        return frozenset()
    names = (name for name in talk.menus.categories if menu_of_category(talk.desk.dialplan, name) == menu)
    return frozenset(f"category:{name}" for name in names)
