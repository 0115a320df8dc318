"""A caller in a queue: music, his place and the honest wait, and what he may do instead of waiting.

Every so often he hears how it stands and what he may choose; in between, the group's messages and articles that may
help. Whatever it is, it ends when his place is over: an agent has answered.
"""

import itertools
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field

from dialplan.groups import Group, waiting_keys
from ivr.actions import callback_number
from ivr.conversation import (
    Call,
    Digits,
    Expecting,
    Heard,
    NoInput,
    Prompt,
    Utterance,
    WaitingConversation,
    WaitOver,
)
from ivr.decision import BackToMenu, Decision, EnterQueue, LeaveMessage, RequestCallback, Solved
from ivr.desk import ExpectedWait, HelpDesk, Place, SpokenArticle
from ivr.dialogue import Dialogue, LanguageChanged, PersonWanted, StepChanged
from ivr.expected_wait import wait_prompts
from ivr.questions import yes_no_question
from ivr.self_help import articles_that_may_help, tell_article
from ivr.talk import Talk
from ivr.understanding import Meaning, Unsure, understand
from ivr.words import Command

_ANSWERS_WITHIN_S = 5.0

_Result = Decision | tuple[Prompt, ...]
"""What comes of something that the caller did: a decision, or what is said before the music goes on."""


async def wait_for_agent(
    call: Call,
    conversation: WaitingConversation,
    desk: HelpDesk,
    queued: EnterQueue,
    place: Place,
    first: tuple[str, ...] = (),
) -> Decision | None:
    """Keep the caller company until `place` is over (None), or he decides otherwise: to be called back, which keeps his
    place, to leave a message, to go back to the menu; or an article solves it. `first` are the prompts that he hears
    first.

    Raises:
        CallerHungUp: the caller is gone.
    """
    known = await desk.record.so_far()
    dialogue = Dialogue(conversation, desk.dialplan, known.language or call.language, may_go_on=lambda: True)
    talk = Talk(call, dialogue, desk, "", known.person, known.known_by, known.category, said=known.said)
    talk.rejected |= {f"article:{article}" for article in known.articles}
    try:
        with conversation.until(place.over):
            return await _Company(talk, conversation, queued, place).keep(first)
    except WaitOver:
        return None


@dataclass(slots=True)
class _Company:
    talk: Talk
    conversation: WaitingConversation
    queued: EnterQueue
    place: Place
    _messages: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._messages = itertools.cycle(self._group.waiting.messages)

    @property
    def _group(self) -> Group:
        return self.talk.desk.dialplan.groups[self.queued.group]

    @property
    def _choices(self) -> dict[str, str]:
        return waiting_keys(self._group.waiting)

    async def keep(self, first: tuple[str, ...]) -> Decision:
        lead, expected = tuple(map(self._prompt, first)), self.place.expected()
        if expected is not None and expected.is_ringing:  # most hear no more than this
            decision = await self._tell((*lead, self._prompt("waiting.ringing")), self._group.ring_s)
            if decision is not None:
                return decision
            lead, expected = (), self.place.expected()
        return await self._tell_in_turn((*lead, self._prompt("queue.wait")), expected)

    async def _tell_in_turn(self, lead: tuple[Prompt, ...], expected: ExpectedWait | None) -> Decision:
        articles: list[SpokenArticle] | None = None
        while True:
            decision = await self._tell((*lead, *self._told(expected), *self._offers()))
            if articles is None:  # only now: after a restart, who matches them may have to be loaded first
                articles = await self._articles()
            if decision is None and articles:
                decision = await self._offer(articles.pop(0))
            if decision is None and self._group.waiting.messages:
                decision = await self._tell((self._prompt(next(self._messages)),))
            if decision is not None:
                return decision
            lead, expected = (), self.place.expected()

    async def _articles(self) -> list[SpokenArticle]:
        if "articles" not in self._group.waiting.offer:
            return []
        return (await articles_that_may_help(self.talk))[: self.talk.menus.limits.articles]

    async def _tell(self, parts: tuple[Prompt, ...], music_s: float | None = None) -> Decision | None:
        """Say it, and play music for so long (None: until it is time to say something else); a decision, if he makes
        one meanwhile."""
        expecting = Expecting("waiting", no_input_s=music_s or self._group.waiting.every_s)
        heard = await self.conversation.wait(parts, expecting)
        while not isinstance(heard, NoInput):
            result = await self._beside(self._follow(heard))
            if not isinstance(result, tuple):
                return result
            heard = await self.conversation.wait(result, expecting)
        return None

    async def _offer(self, article: SpokenArticle) -> Decision | None:
        """ "While you wait, shall I read …?" Silence is a no."""
        phrases = self.talk.menus.phrases[self.talk.dialogue.language]
        expecting = Expecting("waiting_article", (*phrases.yes, *phrases.no), no_input_s=_ANSWERS_WITHIN_S)
        heard = await self.conversation.ask(self._prompt("waiting.article", topic=article.topic), expecting)
        result = await self._beside(self._answered(article, heard))
        return await self._tell(result) if isinstance(result, tuple) else result

    async def _beside(self, work: Awaitable[_Result]) -> _Result:
        """Whatever he is talked with about beside the music, he is still waiting."""
        try:
            return await work
        except LanguageChanged:
            await self.talk.desk.record.speaks(self.talk.dialogue.language)
            return self._standing()
        except StepChanged:
            return await self._go_back()
        except PersonWanted:
            return self._stay()

    async def _answered(self, article: SpokenArticle, heard: Heard) -> _Result:
        agrees = self.talk.dialogue.words.yes_or_no(heard)
        if agrees is None:
            return () if isinstance(heard, NoInput) else await self._follow(heard)
        if not agrees:
            return ()
        if await tell_article(self.talk, article) is True:
            return await self.talk.part(Solved(article.id), "solved", number=self.talk.desk.record.number)
        return self._stay()

    async def _follow(self, heard: Heard) -> _Result:
        self.talk.dialogue.change_language(heard)
        command = self.talk.dialogue.words.command(heard)
        if command in (Command.MAIN_MENU, Command.BACK):
            return await self._go_back()
        if command is not None:  # he wants a person, or to hear it again
            return (*self._standing(), *self._offers())
        if isinstance(heard, Digits):
            choice = self._choices.get(heard.digits)
            return await self._choose(choice) if choice else (self._prompt("menu.unknown_key"), *self._offers())
        choice = await self._named(heard)
        if choice is None:
            return ()
        return await self._choose(choice) if await self._is_meant(choice) else self._stay()

    async def _named(self, heard: Heard) -> str | None:
        """Which choice he named: by an intent of the dialplan that leads there. Who chats beside the telephone names
        none."""
        if not isinstance(heard, Utterance):
            return None
        talk = self.talk
        meant = await understand(heard, talk.desk.matcher, talk.dialogue.language, frozenset(talk.rejected))
        best = meant.best if isinstance(meant, Unsure) else meant
        kind, _, name = best.target.partition(":") if isinstance(best, Meaning) else ("", "", "")
        if kind != "intent":
            return None
        action = talk.menus.intents[name].then
        choice = "callback" if action.callback else "message" if action.voicemail else None
        return choice if choice in self._choices.values() else None

    async def _is_meant(self, choice: str) -> bool:
        """A message is the end of waiting, so a word for it is confirmed; a call back is, with its number."""
        if choice != "message":
            return True
        question = yes_no_question(self.talk, "waiting_message", self._prompt("waiting.message_sure"))
        return await self.talk.dialogue.ask(question) is True

    async def _choose(self, choice: str) -> _Result:
        if choice == "menu":
            return await self._go_back()
        return await self._call_back() if choice == "callback" else LeaveMessage(self.queued.group)

    async def _call_back(self) -> _Result:
        number = await callback_number(self.talk)
        if number is None:
            return self._stay()
        promised = RequestCallback(self.queued.group, number, self.queued.priority, self.place.entered_at)
        return await self.talk.part(promised, "waiting.promised", number=self.talk.desk.record.number)

    async def _go_back(self) -> _Result:
        if "menu" not in self._group.waiting.offer:
            return self._standing()
        await self.talk.dialogue.say("waiting.leaves")
        return BackToMenu()

    def _standing(self) -> tuple[Prompt, ...]:
        """His place and the wait, now."""
        return self._told(self.place.expected())

    def _told(self, expected: ExpectedWait | None) -> tuple[Prompt, ...]:
        return wait_prompts(expected, self.talk.dialogue.language) if expected is not None else self._stay()

    def _offers(self) -> tuple[Prompt, ...]:
        return tuple(self._prompt(f"waiting.{choice}", key=key) for key, choice in self._choices.items())

    def _stay(self) -> tuple[Prompt, ...]:
        return (self._prompt("waiting.stay"),)

    def _prompt(self, key: str, /, **slots: str) -> Prompt:
        return self.talk.dialogue.prompt(key, **slots)
