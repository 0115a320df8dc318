"""What a flow talks to and consults, in memory: each another transport of its port."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dialplan.loader import Dialplan, load_dialplan
from ivr.conversation import Call, CallerHungUp, Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.desk import Candidate, Outcome, Ranking, SpokenArticle

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = Call("call-1", "1001", "5000", "en", NINE)


def said(text: str) -> Utterance:
    return Utterance((Hypothesis(text),))


def answers(*given: str | Heard) -> deque[Heard]:
    """Texts are said, digits are pressed, "" is silence."""
    return deque(_answer(answer) for answer in given)


def _answer(given: str | Heard) -> Heard:
    if not isinstance(given, str):
        return given
    if not given:
        return NoInput()
    return Digits(given) if set(given) <= set("0123456789*#") else said(given)


class AnsweringConversation:
    """`Conversation` with a caller who gives these answers one by one, and then hangs up."""

    def __init__(self, *given: str | Heard) -> None:
        self.left = answers(*given)
        self.prompts: list[str] = []
        self.questions: list[str] = []

    async def say(self, prompt: Prompt) -> None:
        self.prompts.append(prompt.key)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self.prompts += [part.key for part in (*lead, prompt)]
        self.questions.append(expecting.name)
        if not self.left:
            raise CallerHungUp
        return self.left.popleft()


@dataclass
class PhraseMatcher:
    """`Matcher` that knows exact phrases: each means one target, with an outcome and a confidence."""

    meanings: Mapping[str, tuple[Outcome, str, float]]

    async def rank(self, hypotheses: tuple[Hypothesis, ...], language: str) -> Ranking:
        meaning = self.meanings.get(hypotheses[0].text) if hypotheses else None
        if meaning is None:
            return Ranking("nomatch", ())
        outcome, target, confidence = meaning
        return Ranking(outcome, (Candidate(target, confidence), Candidate("category:other", confidence / 2)))


class FewArticles:
    """`Articles` with those of `ids`, all in the category "accounts"."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = set(ids)

    def spoken(self, article_id: str, language: str) -> SpokenArticle | None:
        topic, answer = f"the topic of {article_id}", f"The answer of {article_id}."
        return SpokenArticle(article_id, "accounts", topic, answer) if article_id in self.ids else None


@dataclass
class RememberingRecord:
    """`CallRecord` that remembers what it was told."""

    number: str = "100001"
    told: list[tuple[object, ...]] = field(default_factory=list)

    async def understood(self, intent: str, confidence: float, category: str | None) -> None:
        self.told.append(("understood", intent, confidence, category))

    async def article_tried(self, article_id: str, helped: bool | None) -> None:
        self.told.append(("article_tried", article_id, helped))


@dataclass
class CountingRecorder:
    """`Recorder` that counts its starts."""

    starts: int = 0

    async def start(self) -> None:
        self.starts += 1


@dataclass
class Desk:
    """`HelpDesk` in memory; every look at the clock takes `tick`."""

    dialplan: Dialplan = field(default_factory=load_dialplan)
    matcher: PhraseMatcher = field(
        default_factory=lambda: PhraseMatcher(
            {
                "locked": ("accept", "article:account-locked", 0.9),
                "forgotten": ("accept", "article:password-forgotten", 0.9),
                "slow": ("confirm", "article:laptop-slow", 0.4),
                "retired": ("accept", "article:retired", 0.9),
                "e-mail please": ("accept", "category:email", 0.9),
                "something with mail": ("confirm", "category:email", 0.4),
                "somebody nice": ("accept", "operator", 0.9),
            }
        )
    )
    articles: FewArticles = field(
        default_factory=lambda: FewArticles(["account-locked", "password-forgotten", "laptop-slow", "mailbox-full"])
    )
    record: RememberingRecord = field(default_factory=RememberingRecord)
    recorder: CountingRecorder = field(default_factory=CountingRecorder)
    tick: timedelta = timedelta(seconds=1)
    time: datetime = NINE

    def now(self) -> datetime:
        self.time += self.tick
        return self.time
