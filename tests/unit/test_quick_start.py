"""A controller that comes back serves the queue first: what is slow to import or to load comes later. # 000-24"""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from ari_app.editions.history import History
from ari_app.editions.loading import EditionLoader, first_content
from ari_app.late import LateRecognizer
from ari_app.settings import Settings, load_settings
from ivr.conversation import Hypothesis, Prompt
from ivr.speech.recognizer import ModelMissing
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.workers import RecognizerPool
from tickets.store import open_store

HEAVY = {
    "sklearn",
    "scipy",
    "onnxruntime",
    "tokenizers",
    "faster_whisper",
    "ctranslate2",
    "pypinyin",
    "alembic",
    "typer",
}
GREETING = Prompt("greeting", "en")
SAID = (Hypothesis("I forgot my password", 0.9),)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"HOTLINE_STATE": str(tmp_path / "state")})


def imported(program: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; {program}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(run.stdout.split())


def test_the_controller_imports_nothing_heavy() -> None:
    assert imported("import ari_app.serving") & HEAVY == set()


def test_a_database_of_this_release_is_opened_without_the_migrations(settings: Settings) -> None:
    open_store(settings.tickets).close()
    opening = (
        "from tickets.settings import TicketsSettings; from tickets.store import open_store;"
        f"open_store(TicketsSettings({settings.tickets.database_url!r})).close()"
    )
    assert imported(opening) & HEAVY == set()


def test_what_was_read_of_a_kept_version_is_not_read_again(settings: Settings) -> None:
    history = History(settings.state_dir / "dialplans")
    first = first_content(settings, history)
    kept = history.get(first.version)
    assert kept is not None
    (kept.dialplan / "menus.yaml").unlink()  # nobody looks at it
    again = first_content(settings, history)
    assert again is not first
    assert again.dialplan == first.dialplan
    assert again.library == first.library


@pytest.mark.parametrize("spoilt", [b"", b"of another program\n", None])
def test_what_was_read_by_another_program_or_is_damaged_is_read_anew(settings: Settings, spoilt: bytes | None) -> None:
    history = History(settings.state_dir / "dialplans")
    first = first_content(settings, history)
    read = settings.state_dir / "dialplans" / first.version / "read"
    whole = read.read_bytes()
    read.write_bytes(whole[:-100] if spoilt is None else spoilt)
    assert first_content(settings, history).dialplan == first.dialplan
    assert read.read_bytes() == whole


def test_a_controller_in_haste_is_before_others_and_as_usual_afterwards() -> None:
    """The thread that was started meanwhile too, and whatever is started later."""
    program = """
import gc, os, threading
from ari_app.haste import make_haste, take_time
def niceness(): return {os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in os.listdir("/proc/self/task")}
usual, over = niceness(), threading.Event()
make_haste()
thread = threading.Thread(target=over.wait)
thread.start()
hasty, collects = niceness(), gc.isenabled()
take_time()
print(usual == niceness(), max(hasty) <= min(usual), collects, gc.isenabled())
over.set()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.split() == ["True", "True", "False", "True"]


async def test_who_needs_what_is_not_loaded_yet_waits_for_it(settings: Settings) -> None:
    may_load = asyncio.Event()
    synthesizer = Synthesizer(settings.synthesis)
    history = History(settings.state_dir / "dialplans")
    loader = EditionLoader(settings, history, synthesizer, may_load)
    edition = loader.begin(first_content(settings, history))
    speaking = asyncio.create_task(edition.speaker.speak(GREETING))
    ranking = asyncio.create_task(edition.matcher.rank(SAID, "en"))
    done, _ = await asyncio.wait([speaking, ranking], timeout=0.1)
    assert not done
    may_load.set()
    assert await speaking
    assert (await ranking).candidates[0].target == "article:password-forgotten"
    await edition.loaded()
    await synthesizer.close()


async def test_a_recognizer_that_cannot_be_loaded_says_why() -> None:
    async def load() -> RecognizerPool:
        raise ModelMissing("no engine here listens to Basque")

    recognizer = LateRecognizer(asyncio.create_task(load()))
    with pytest.raises(ModelMissing):
        await recognizer.loaded()
    with pytest.raises(ModelMissing):
        await recognizer.recognize(b"", "eu")
    await recognizer.close()


async def test_a_recognizer_that_is_not_loaded_yet_can_be_closed() -> None:
    async def load() -> RecognizerPool:
        await asyncio.Event().wait()
        raise AssertionError

    recognizer = LateRecognizer(asyncio.create_task(load()))
    await recognizer.close()
    assert recognizer.loading.cancelled()
