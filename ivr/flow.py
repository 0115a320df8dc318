"""One call, from greeting to decision: what is wrong → self-help → a decision. It never touches a channel."""

from dataclasses import dataclass, field
from datetime import timedelta

from ivr.conversation import Call, Conversation, Digits, Expecting, Prompt, Utterance
from ivr.decision import Decision, EnterQueue, Solved
from ivr.desk import HelpDesk, SpokenArticle
from ivr.dialogue import Dialogue, PersonWanted, Question, StartOver
from ivr.menu import Target, menu_of_category, option_target
from ivr.understanding import Intent, NoMatch, Unsure, understand

# How the hand-over is announced, by its reason; all others with `queue.enter`.
_HAND_OVER = {
    "no_input": "queue.not_understood",
    "no_match": "queue.not_understood",
    "deaf": "queue.not_understood",
    "too_long": "line.too_long",
}


async def take_call(call: Call, conversation: Conversation, desk: HelpDesk) -> Decision:
    """Talk with the caller until it is clear what should happen next.

    Raises:
        CallerHungUp: the caller is gone.
    """
    longest = timedelta(minutes=desk.dialplan.menus.limits.call_minutes)
    dialogue = Dialogue(
        conversation, desk.dialplan, call.language, may_go_on=lambda: desk.now() - call.arrived_at < longest
    )
    return await _Talk(dialogue, desk, start=desk.dialplan.entry(call.dialled).menu).run()


@dataclass(slots=True)
class _Talk:
    """What is known so far in one call."""

    dialogue: Dialogue
    desk: HelpDesk
    start: str
    category: str | None = None
    rejected: set[str] = field(default_factory=set)
    failed_articles: int = 0

    async def run(self) -> Decision:
        await self.dialogue.say("greeting")
        await self.desk.recorder.start()
        target = Target(menu=self.start)
        while True:
            try:
                step = await self._follow(target)
            except StartOver:
                target = Target(menu=self.start)
            except PersonWanted as wanted:
                return await self._hand_over(wanted.reason)
            else:
                if isinstance(step, Decision):
                    return step
                target = step

    async def _follow(self, target: Target) -> Target | Decision:
        if target.category is not None:
            self.category = target.category
        if target.article is not None:
            return await self._offer(target.article)
        if target.menu is not None:
            return await self.dialogue.ask(self._menu_question(target.menu))
        return await self._hand_over("menu", target.queue)

    async def _offer(self, article_id: str) -> Target | Decision:
        article = self.desk.articles.spoken(article_id, self.dialogue.language)
        if article is None:  # retired since the question was fitted: a person knows better than an apology
            raise PersonWanted("no_article")
        self.rejected.add(f"article:{article_id}")
        await self.desk.record.article_tried(article_id, None)
        answer = await self._ask_whether_it_helped(article)
        if isinstance(answer, Target):
            return answer
        await self.desk.record.article_tried(article_id, answer)
        if answer:
            await self.dialogue.say("solved", number=self.desk.record.number)
            return Solved(article_id)
        self.failed_articles += 1
        if self.failed_articles >= self.desk.dialplan.menus.limits.articles:
            raise PersonWanted("not_helped")
        return await self.dialogue.ask(self._open_question("not_helped", "article.not_helped", "article.not_helped"))

    async def _ask_whether_it_helped(self, article: SpokenArticle) -> bool | Target:
        """Read the article; the answer is yes, no, or another problem told instead."""
        say = self.dialogue.prompt
        return await self.dialogue.ask(
            self._yes_no_question("helped", say("article.helped")),
            lead=(say("article.intro"), say("article.answer", answer=article.answer)),
        )

    def _yes_no_question(self, name: str, ask: Prompt) -> "Question[bool | Target]":
        again = self.dialogue.prompt("confirm.again")

        async def answer(heard: Utterance | Digits) -> bool | Target | None:
            said = self.dialogue.words.yes_or_no(heard)
            if said is not None or isinstance(heard, Digits):
                return said
            meant = await self._understand(heard)
            return await self._accept(meant) if isinstance(meant, Intent) else None

        phrases = self.desk.dialplan.menus.phrases[self.dialogue.language]
        return Question(Expecting(name, phrases=(*phrases.yes, *phrases.no)), answer, ask, again, again, again)

    def _menu_question(self, name: str) -> Question[Target]:
        menu = self.desk.dialplan.menus.menus[name]
        return self._open_question(name, menu.ask, menu.keys or menu.ask)

    def _open_question(self, name: str, ask: str, keys: str) -> Question[Target]:
        menu = self.desk.dialplan.menus.menus.get(name)
        leading_here = self._categories_leading_to(name)

        async def target(heard: Utterance | Digits) -> Target | None:
            if isinstance(heard, Digits):
                option = menu.option(heard.digits) if menu else None
                return await self._pressed(option_target(option)) if option else None
            meant = await self._understand(heard, but_not=leading_here)
            if isinstance(meant, Unsure):
                return await self._confirm(meant)
            return None if isinstance(meant, NoMatch) else await self._accept(meant)

        say = self.dialogue.prompt
        return Question(Expecting(name), target, say(ask), say("main.again"), say("main.silent"), say(keys))

    def _categories_leading_to(self, menu: str) -> frozenset[str]:
        """In the menu of a category its name says nothing new: taking it would ask the same question for ever."""
        if menu == self.start:
            return frozenset()
        dialplan = self.desk.dialplan
        names = (name for name in dialplan.menus.categories if menu_of_category(dialplan, name) == menu)
        return frozenset(f"category:{name}" for name in names)

    async def _understand(self, said: Utterance, but_not: frozenset[str] = frozenset()) -> Intent | Unsure | NoMatch:
        return await understand(said, self.desk.matcher, self.dialogue.language, but_not | self.rejected)

    async def _confirm(self, unsure: Unsure) -> Target | None:
        kind, _, name = unsure.best.target.partition(":")
        if kind == "operator":
            raise PersonWanted("asked")
        topic = self._topic(kind, name)
        answer = await self.dialogue.ask(
            self._yes_no_question("confirm", self.dialogue.prompt(f"confirm.{kind}", topic=topic))
        )
        if isinstance(answer, Target):
            return answer
        if answer:
            return await self._accept(unsure.best)
        self.rejected.add(unsure.best.target)
        return None

    def _topic(self, kind: str, name: str) -> str:
        if kind == "category":
            return self.desk.dialplan.menus.categories[name].topic[self.dialogue.language]
        article = self.desk.articles.spoken(name, self.dialogue.language)
        return article.topic if article else name

    async def _accept(self, intent: Intent) -> Target:
        kind, _, name = intent.target.partition(":")
        if kind == "operator":
            raise PersonWanted("asked")
        if kind == "category":
            target = Target(category=name, menu=menu_of_category(self.desk.dialplan, name))
        else:
            article = self.desk.articles.spoken(name, self.dialogue.language)
            target = Target(category=article.category if article else None, article=name)
        await self.desk.record.understood(intent.target, intent.confidence, target.category)
        return target

    async def _pressed(self, target: Target) -> Target:
        await self.desk.record.understood(f"category:{target.category}", 1.0, target.category)
        return target

    async def _hand_over(self, reason: str, group: str | None = None) -> Decision:
        await self.dialogue.say(_HAND_OVER.get(reason, "queue.enter"))
        return EnterQueue(group or self.desk.dialplan.group_of(self.category), reason)
