"""An agent's own calls to the line: what he says or keys becomes a value."""

from collections import deque
from dataclasses import dataclass, field

import pytest

from dialplan.loader import load_dialplan
from ivr.agent_menu import LogIn, LogOut, Pause, Ready, Wish, ask_wish
from ivr.conversation import Digits, Expecting, Heard, Hypothesis, NoInput, Prompt, Utterance
from ivr.dialogue import Dialogue

DIALPLAN = load_dialplan()


@dataclass
class Agent:
    """`Conversation` with an agent who answers one question after the other: keys, words (readings by "|"), or ""."""

    answers: deque[str]
    heard: list[str] = field(default_factory=list)
    expected: list[Expecting] = field(default_factory=list)

    async def say(self, prompt: Prompt) -> None:
        self.heard.append(prompt.key)

    async def ask(self, prompt: Prompt, expecting: Expecting, lead: tuple[Prompt, ...] = ()) -> Heard:
        self.heard += [f"{part.key}:{part.language}" for part in (*lead, prompt)]
        self.expected.append(expecting)
        answer = self.answers.popleft()
        if not answer:
            return NoInput()
        if set(answer) <= set("0123456789*#"):
            return Digits(answer)
        return Utterance(tuple(map(Hypothesis, answer.split("|"))))


async def wish(agent: Agent, language: str = "en") -> Wish | None:
    dialogue = Dialogue(agent, DIALPLAN, language, lambda: True)
    return await ask_wish(dialogue, lambda language: (Prompt("agent.ready", language),))


# P-4 000-11
@pytest.mark.parametrize(
    ("language", "answers", "meant"),
    [
        ("en", ["1"], Ready()),
        ("en", ["i'm ready again"], Ready()),
        ("en", ["2", "2"], Pause("lunch")),
        ("en", ["not ready", "a coffee"], Pause("break")),
        ("en", ["i am not ready", "meeting"], Pause("meeting")),
        ("en", ["going to lunch"], Pause("lunch")),
        ("en", ["3"], LogOut()),
        ("en", ["please log me out|please log out"], LogOut()),
        ("en", ["4"], LogIn()),
        ("en", ["login"], LogIn()),
        ("zh", ["1"], Ready()),
        ("zh", ["我准备好了"], Ready()),
        ("zh", ["没准备好", "吃饭"], Pause("lunch")),
        ("zh", ["我要下班了"], LogOut()),
        ("zh", ["签入"], LogIn()),
        ("zh", ["暂停", "4"], Pause("training")),
    ],
)
async def test_keys_and_words_mean_the_same(language: str, answers: list[str], meant: Wish) -> None:
    agent = Agent(deque(answers))
    assert await wish(agent, language) == meant
    assert not agent.answers


# P-4
async def test_he_is_told_how_he_stands_first_and_when_he_asks() -> None:
    agent = Agent(deque(["5", "status", "1"]))
    assert await wish(agent) == Ready()
    assert agent.heard == ["agent.ready:en", "agent.menu:en"] * 3
    assert "i am ready" in agent.expected[0].phrases
    assert "lunch" in agent.expected[0].phrases


async def test_another_language_says_it_again_in_that_one() -> None:
    agent = Agent(deque(["8", "暂停", "8", "2", "2"]))
    assert await wish(agent) == Pause("lunch")
    menu = {language: [f"agent.ready:{language}", f"agent.menu:{language}"] for language in ("en", "zh")}
    assert agent.heard == [*menu["en"], *menu["zh"], "agent.reason:zh", *menu["en"], "agent.reason:en"]


async def test_back_and_main_menu_lead_to_the_menu() -> None:
    agent = Agent(deque(["2", "7", "2", "*", "3"]))
    assert await wish(agent) == LogOut()
    assert agent.heard.count("agent.menu:en") == 3


@pytest.mark.parametrize("answers", [["", "", ""], ["6", "mumble", "6"], ["0"], ["2", "0"]])
async def test_who_wants_nothing_changes_nothing(answers: list[str]) -> None:
    assert await wish(Agent(deque(answers))) is None
