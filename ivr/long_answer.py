"""A long answer, told part by part: the caller does what he heard, and says "next"."""

from ivr.conversation import Digits, Expecting, Prompt, Utterance
from ivr.dialogue import Question
from ivr.questions import problem_told
from ivr.step import Step
from ivr.talk import Talk

_BUSY_S = 45.0
"""So long he may be busy with a part before he is asked whether he is still there."""


async def tell_parts(talk: Talk, parts: tuple[str, ...], lead: tuple[Prompt, ...]) -> Step | None:
    """After `lead`, tell all but the last of `parts`, each until he wants the next; a step when he tells another
    problem instead.

    Raises:
        PersonWanted, StepChanged: as every question.
    """
    for part in parts[:-1]:
        wish = await talk.dialogue.ask(_part_question(talk, part), lead)
        if isinstance(wish, Step):
            return wish
        lead = ()
    return None


def _part_question(talk: Talk, part: str) -> Question[bool | Step]:
    dialogue, key = talk.dialogue, talk.menus.keys.yes
    phrases = talk.menus.phrases[dialogue.language]

    async def answer(heard: Utterance | Digits) -> bool | Step | None:
        if isinstance(heard, Digits):
            return True if heard.digits == key else None
        if dialogue.words.wants_next(heard) or dialogue.words.yes_or_no(heard):
            return True
        return await problem_told(talk, heard)

    again = dialogue.prompt("article.part_again")
    expecting = Expecting("next", phrases=(*phrases.next, *phrases.yes), no_input_s=_BUSY_S)
    return Question(expecting, answer, dialogue.prompt("article.part", answer=part), again, again, again)
