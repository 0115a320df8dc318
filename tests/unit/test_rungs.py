"""A scripted caller on a line without time, and what is made of the results of rungs. # D1"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from desk import Desk
from telephone import PreparedRecognizer, ToneSpeaker, voice

from ari_app.simulate.course import Answer, Breath, Course
from ivr.conversation import Digits, Utterance
from ivr.rungs.audio import AudioRung
from ivr.rungs.mouth import muffled
from ivr.rungs.parity import Pair, Parity
from ivr.rungs.result import Result
from ivr.rungs.running import run_all
from ivr.rungs.text import TextRung
from ivr.rungs.world import end_facts, enter_facts, throwaway_store
from ivr.scenario import Scenario, Turn, load_scenarios
from ivr.simulator import Simulator
from ivr.speech import mulaw
from ivr.speech.endpointing import EndpointingSettings
from ivr.speech.noises import noises
from ivr.speech.recognizer import RecognizerDown
from ivr.speech.surroundings import mixed, room
from ivr.speech.synthesis.levels import measure
from ivr.speech.synthesis.settings import SynthesisSettings
from tickets.events import Event, Kind

SOUNDS = SynthesisSettings().sounds
DESK = Desk()
SIMULATOR = Simulator(DESK.dialplan, DESK.matcher, DESK.articles)


class VowelMouth:
    """Every sentence is the same vowel, and a noise a cough: what is heard is up to the recognizer."""

    async def sound(self, turn: Turn, language: str) -> bytes:
        if turn.noise:
            return noises()[0].audio
        return voice(600) if turn.words else b""


def by_sound(*heard: str | RecognizerDown, speaker: ToneSpeaker | None = None) -> AudioRung:
    recognizer = PreparedRecognizer(list(heard) or [""])
    return AudioRung(SIMULATOR, recognizer, speaker or ToneSpeaker(), VowelMouth(), EndpointingSettings(), SOUNDS)


def scenario(tmp_path: Path, turns: str, answers: str = "{}", name: str = "x") -> Scenario:
    file = tmp_path / "calls.yaml"
    lines = [f"- name: {name}", f"  turns: {turns}", f"  answers: {answers}", "  expect: {}"]
    file.write_text("scenarios:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    (read,) = load_scenarios((file,))
    return read


async def both(rung: AudioRung, call: Scenario) -> tuple[Result, Result]:
    text = await TextRung(SIMULATOR).run(call)
    return text, await rung.run(call, text.asked)


async def test_a_call_by_sound_comes_to_the_same_as_in_text(tmp_path: Path) -> None:
    text, sound = await both(by_sound("locked", "yes"), scenario(tmp_path, "[{caller: locked}, {caller: 'yes'}]"))
    assert sound.why is None
    assert sound.verdict == text.verdict
    assert sound.prompts == text.prompts
    assert [act.prompt for exchange in sound.exchanges for act in exchange.acts] == ["main.ask", "article.helped"]
    assert sound.exchanges[0].told() == "main.ask: says “locked” → “locked” 0.90"


async def test_he_interrupts_the_prompt_that_he_waits_for(tmp_path: Path) -> None:
    speaker = ToneSpeaker({"article.answer": 9000})
    call = scenario(tmp_path, "[{caller: locked}, {caller: 'yes', during: article.answer}]")
    text, sound = await both(by_sound("locked", "yes", speaker=speaker), call)
    assert sound.verdict == text.verdict
    assert sound.prompts == text.prompts
    assert "article.helped" not in sound.prompts


async def test_keys_during_the_greeting_answer_the_question_that_is_not_asked(tmp_path: Path) -> None:
    text, sound = await both(by_sound(), scenario(tmp_path, "[{keys: '121', during: greeting}]"))
    assert sound.verdict == text.verdict
    assert sound.prompts == text.prompts


async def test_a_cough_goes_by_and_silence_is_waited_for(tmp_path: Path) -> None:
    turns = "[{noise: true, during: main.ask}, {silence: true}, {caller: locked}, {keys: '1'}]"
    text, sound = await both(by_sound("", "locked"), scenario(tmp_path, turns))
    assert sound.verdict == text.verdict
    assert sound.prompts == text.prompts


async def test_he_hangs_up_in_the_middle_of_a_prompt(tmp_path: Path) -> None:
    text, sound = await both(by_sound(), scenario(tmp_path, "[{hangs_up: true, during: greeting}]"))
    assert sound.outcome is not None
    assert sound.outcome.decision is None
    assert sound.prompts == text.prompts == ("greeting",)


async def test_he_says_again_what_was_not_understood(tmp_path: Path) -> None:
    call = scenario(tmp_path, "[{caller: locked}, {caller: 'yes'}]")
    text, sound = await both(by_sound("lucked", "locked", "yes"), call)
    assert sound.verdict == text.verdict
    assert sound.repeated == 1
    assert "main.again" in sound.prompts


async def test_a_confirmation_more_does_not_put_him_out_of_step(tmp_path: Path) -> None:
    call = scenario(tmp_path, "[{caller: locked}, {caller: 'yes'}]", "{confirm.article: 'yes'}")
    _, sound = await both(by_sound("slow", "yes", "yes"), call)
    assert sound.why is None
    assert "confirm.article" in sound.prompts


async def test_what_is_different_is_explained(tmp_path: Path) -> None:
    call = scenario(tmp_path, "[{caller: locked}, {caller: 'yes'}]")
    text, sound = await both(by_sound("operator"), call)
    parity = Parity("audio", "text", [Pair(text, sound, sound), Pair(text, text)])
    assert (parity.same, parity.percent, parity.is_enough) == (1, 50.0, False)
    told = "\n".join(parity.told())
    assert told.startswith("audio/text 50.0 % (1 of 2; 1 before 1 were run again alone)")
    assert "main.ask: says “locked” → “operator” 0.90" in told
    assert "the call was over before this turn of the caller" in told
    (difference,) = parity.as_json()["differences"]
    assert difference["audio"]["exchanges"][0]["heard"] == [{"text": "operator", "confidence": 0.9}]
    assert difference["text"]["ok"] is True


async def test_what_is_the_same_when_run_again_counts(tmp_path: Path) -> None:
    call = scenario(tmp_path, "[{caller: locked}, {caller: 'yes'}]")
    text, sound = await both(by_sound("operator"), call)
    parity = Parity("sip", "audio", [Pair(text, sound, text)])
    assert (parity.percent, parity.same_at_once, parity.is_enough) == (100.0, 0, True)


async def test_scenarios_run_several_at_a_time_and_stay_in_order(tmp_path: Path) -> None:
    calls = [scenario(tmp_path, "[{keys: '0'}]", name=f"call {number}") for number in range(5)]
    told: list[Result] = []
    results = await run_all(TextRung(SIMULATOR), calls, {}, 3, told.append)
    assert [result.scenario for result in results] == calls
    assert len(told) == 5


def test_what_a_scenario_says_of_the_world_is_over_with_it(tmp_path: Path) -> None:
    file = tmp_path / "calls.yaml"
    known = "people: [{employee_number: '1', name: A, numbers: ['+493012345678']}]"
    down = "outages: [{notice: {en: All is down.}}]"
    file.write_text(f"scenarios: [{{name: x, {known}, {down}, turns: [], expect: {{}}}}]", encoding="utf-8")
    (read,) = load_scenarios((file,))
    with throwaway_store() as store:
        outages = enter_facts(store, read.script, "DE")
        assert [person.name for person in store.people.of_number("+493012345678")] == ["A"]
        assert [outage.id for outage in store.outages.active()] == list(outages)
        end_facts(store, outages, read.script)
        assert store.people.is_empty()
        assert store.outages.active() == []


def test_a_room_is_as_loud_as_wanted_and_the_same_again() -> None:
    around = room(SOUNDS, quieter_db=20)
    assert len(around) == 160_000
    samples = mulaw.decode(around).astype(float)
    level = 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768)
    assert level == pytest.approx(-40, abs=0.5)
    assert around == room(SOUNDS, quieter_db=20)
    assert around != room(SOUNDS, quieter_db=20, seed=2)


def test_two_sounds_at_once() -> None:
    loud = mulaw.encode(np.full(160, 30000, np.int16))
    assert int(mulaw.decode(mixed(loud, loud)).min()) > 31000  # and not beyond what a sample can be


def test_a_mumbled_sentence_is_quieter_and_duller() -> None:
    clear = voice(1000)
    dull = muffled(clear)
    assert len(dull) == len(clear)
    assert measure(dull).active_dbfs < measure(clear).active_dbfs - 10


def events(*told: tuple[Kind, dict[str, object]]) -> list[Event]:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    made = partial(Event, call_id="c", ticket="100001")
    return [
        made(id=number, at=at + timedelta(seconds=number), kind=kind, data=data)
        for number, (kind, data) in enumerate(told, 1)
    ]


def test_the_course_of_a_call_is_read_from_its_events() -> None:
    course = Course()
    log = events(
        (Kind.SAID, {"turn": 1, "who": "line", "prompts": ["greeting"], "question": None}),
        (Kind.SAID, {"turn": 2, "who": "line", "prompts": ["main.ask"], "question": "main"}),
        (Kind.HEARD, {"question": "main", "heard": {"kind": "digits", "digits": "0"}}),
        (Kind.DECIDED, {"decision": "enter_queue", "group": "helpdesk", "reason": "asked"}),
    )
    assert list(course.read(log)) == [
        Breath(("greeting",), None, log[0].at),
        Breath(("main.ask",), "main", log[1].at),
        Answer("main", Digits("0")),
    ]
    assert course.decision == {"kind": "enter_queue", "group": "helpdesk", "reason": "asked"}
    assert not course.is_settled
    assert list(course.read(log)) == []
    queued = [
        *log,
        replace(log[-1], id=5, kind=Kind.QUEUE_ENTERED, data={"group": "helpdesk", "reason": "asked"}),
        replace(log[-1], id=6, kind=Kind.STATUS_CHANGED, data={"old": "open", "new": "waiting"}),
        replace(log[-1], id=7, at=log[-1].at + timedelta(1), kind=Kind.STATUS_CHANGED, data={"new": "open"}),
    ]
    assert list(course.read(queued)) == []
    assert course.is_settled
    assert course.status == "waiting"  # as it was when it had been decided


def test_what_an_agent_says_is_no_prompt() -> None:
    course = Course()
    heard = {"question": "main", "heard": {"kind": "utterance", "hypotheses": []}}
    log = events((Kind.SAID, {"turn": 1, "who": "agent"}), (Kind.HEARD, heard), (Kind.DECIDED, {"decision": "solved"}))
    assert list(course.read(log)) == [Answer("main", Utterance(()))]
    assert course.is_settled
