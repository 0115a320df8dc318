"""`hotline try`: what the line would make of a sentence. # 000-1"""

import pytest

from dialplan.loader import Dialplan
from ivr.library import OpenQuestion, SpokenLibrary
from ivr.trial import Trial, try_sentence
from knowledge.library import Library


@pytest.fixture
def trial(dialplan: Dialplan, library: Library, open_question: OpenQuestion):
    async def make(text: str) -> Trial:
        return await try_sentence(text, "en", dialplan, open_question, SpokenLibrary(library))

    return make


async def test_an_article(trial, library: Library) -> None:
    text = "my account is locked and i cannot log in"
    document = (await trial(text)).as_json(library)
    assert document["outcome"] in ("accept", "confirm")
    assert document["intent"] == "article:account-locked"
    assert document["article"]["id"] == "account-locked"
    assert document["article"]["score"] == document["confidence"] == document["candidates"][0]["confidence"]
    assert document["decision"] == {"kind": "solved", "article": "account-locked"}
    assert (document["text"], document["lang"], document["slots"]) == (
        "my account is locked and i cannot log in",
        "en",
        {},
    )


async def test_a_category(trial, library: Library) -> None:
    document = (await trial("email")).as_json(library)
    assert (document["intent"], document["article"]) == ("category:email", None)
    assert document["decision"]["kind"] == "enter_queue"
    assert document["decision"]["group"] == "helpdesk"


async def test_a_person(trial, library: Library) -> None:
    document = (await trial("operator")).as_json(library)
    assert (document["intent"], document["confidence"]) == ("operator", 1.0)
    assert document["decision"] == {"kind": "enter_queue", "group": "helpdesk", "reason": "asked"}


@pytest.mark.parametrize("text", ["uh", "the weather is lovely in spain today"])
async def test_nothing_understood(trial, library: Library, text: str) -> None:
    document = (await trial(text)).as_json(library)
    assert (document["outcome"], document["intent"], document["article"]) == ("nomatch", None, None)
    assert document["decision"]["kind"] == "enter_queue"
