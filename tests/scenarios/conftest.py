"""The line's real knowledge, fitted once, and tickets in a folder that is thrown away."""

from collections.abc import Iterator

import pytest

from dialplan.loader import Dialplan, load_dialplan
from ivr.library import OpenQuestion, SpokenLibrary, fit_open_question
from ivr.simulator import Simulator
from knowledge.library import Library, load_library
from knowledge.settings import KnowledgeSettings
from tickets.settings import TicketsSettings
from tickets.store import open_store


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
def simulator(
    dialplan: Dialplan, library: Library, open_question: OpenQuestion, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    store = open_store(TicketsSettings(f"sqlite:///{tmp_path_factory.mktemp('tickets')}/tickets.db"))
    yield Simulator(dialplan, open_question, SpokenLibrary(library), store)
    store.close()
