"""What several kinds of tests share: a whole line of one's own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from real_line import RealLine, wait_until

from ari_app.outgoing.callbacks import cancel


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealLine]:
    """`hotline up` for all tests that place calls; what was started with it must end with it."""
    real = RealLine(tmp_path_factory.mktemp("line") / "state")
    real.start()
    try:
        real.wait_up()
        yield real
        assert real.in_use() == []
    finally:
        code = real.end()
    assert code == 0
    assert "Traceback" not in real.told()
    assert wait_until(lambda: not real.leftovers(), 30), real.leftovers()


@pytest.fixture(autouse=True)
def _nothing_left_of_calls(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "line" in request.fixturenames:
        real: RealLine = request.getfixturevalue("line")
        for record in real.store.callbacks.open():  # or the next test's agents are rung for it
            cancel(real.store, record, "the test", datetime.now(UTC))
        assert wait_until(lambda: not real.in_use(), 15), real.in_use()
        if not real.store.people.is_empty():  # who is known is asked other questions
            real.store.people.import_rows((), datetime.now(UTC), everyone=True)
