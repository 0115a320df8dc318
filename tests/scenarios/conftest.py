"""The line's real knowledge, fitted once."""

import pytest

from dialplan.loader import Dialplan, load_dialplan
from ivr.library import SpokenLibrary
from ivr.open_question import OpenQuestion, fit_open_question
from ivr.simulator import Simulator
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="session")
def dialplan() -> Dialplan:
    return load_dialplan()


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(KnowledgeSettings().articles)


@pytest.fixture(scope="session")
def open_question(dialplan: Dialplan, library: Library) -> OpenQuestion:
    return fit_open_question(dialplan, library, KnowledgeSettings())


@pytest.fixture(scope="session")
def simulator(dialplan: Dialplan, library: Library, open_question: OpenQuestion) -> Simulator:
    return Simulator(dialplan, open_question, SpokenLibrary(library))
