"""How fast the line takes turns, measured where it counts: at the caller's ear.

One call a trial, over the article about a locked account: the caller says what is wrong when asked (a turn), breaks
into the article with "yes" (a barge-in and another turn) and hangs up at the next sound. Noises are played into the
article of further calls, which must go on as if nothing had been.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ari_app.bench.measure import (
    SAMPLE_RATE,
    Samples,
    barge_in_s,
    find_excerpt,
    lively_s,
    onset_s,
    read_samples,
    stretches,
    turn_s,
)
from ari_app.phones.caller import Manners, Turn, wait_for_turn
from ari_app.phones.errors import PhoneError
from ari_app.phones.phone import Phone
from ari_app.phones.phone_call import PhoneCall, Said
from ivr.speech.noises import Noise

PROBLEM = "my account is locked and i cannot log in"
YES = "yes"

_MANNERS = Manners(pause_s=0.9, patience_s=20.0)
_ANSWER_WITHIN_S = 8.0
_TURN_WITHIN_S = 40.0
_SILENT = b"\xff"
# Barge-ins fall into the first seconds of the article; what is said before it is too short to break into.
_FIRST_LIVELY_S, _LAST_LIVELY_S = 1.0, 9.0
_NOISE_EVERY_S = 5.0
_EXCERPT_S = 1.0
_SAME_PROMPT = 0.6
"""Two recordings of one prompt through the telephone agree better than this; two prompts agree less."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Voices:
    """What the caller says, as mu-law."""

    problem: bytes
    yes: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One turn: the end of the caller's speech and the line's first sound after it, in the recording and on the
    wall clock of this machine (aware UTC)."""

    question: str
    sip_call_id: str
    latency_s: float
    spoken_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What one call yielded; None where there was nothing to measure."""

    barge_in_s: float | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class NoiseVerdict:
    """Whether the prompt went on after a noise; `why` says what happened if it did not."""

    noise: str
    went_on: bool
    why: str = ""


class TurnsBench:
    """Runs the trials on one telephone."""

    def __init__(self, phone: Phone, number: str, voices: Voices, say: Say) -> None:
        self._phone = phone
        self._number = number
        self._voices = voices
        self._say = say

    async def reference(self) -> Samples:
        """The article as a caller hears it who lets it finish.

        Raises:
            PhoneError: the line did not read it.
        """
        call, _, began_s = await self._call_to_article()
        await wait_for_turn(call, began_s, _TURN_WITHIN_S, _MANNERS, lambda step: None)
        ended_s = call.sounds[-1].ended_s
        await call.hang_up()
        return read_samples(call.heard_wav)[round(began_s * SAMPLE_RATE) : ended_s and round(ended_s * SAMPLE_RATE)]

    async def trials(self, reference: Samples, count: int) -> list[Trial]:
        """`count` calls, each with a barge-in at another place of the article."""
        places = [place for place in lively_s(reference, 8 * count) if _FIRST_LIVELY_S <= place <= _LAST_LIVELY_S] or [
            _FIRST_LIVELY_S
        ]
        done = []
        for number in range(count):
            done.append(await self._trial(places[number * len(places) // count]))
            self._say(f"trial {number + 1} of {count}: {_describe(done[-1])}")
        return done

    async def _trial(self, place_s: float) -> Trial:
        call, problem, began_s = await self._call_to_article()
        yes = await self._say_at(call, began_s + place_s, self._voices.yes)
        await call.until(lambda: bool(call.sounds) and call.sounds[-1].began_s > yes.ended_s, _ANSWER_WITHIN_S)
        wall_s = time.time() - call.now_s
        await call.hang_up()
        sent, heard = read_samples(call.sent_wav), read_samples(call.heard_wav)
        turns = (("open question", problem), ("yes or no", yes))
        answers = [
            _answer(question, call, turn, since_s=said.began_s, until_s=said.ended_s, wall_s=wall_s)
            for question, said in turns
            if (turn := turn_s(sent, heard, said.began_s, said.ended_s)) is not None
        ]
        return Trial(barge_in_s(sent, heard, yes.began_s), tuple(answers))

    async def disturb(self, reference: Samples, noises: Sequence[Noise]) -> list[NoiseVerdict]:
        """Play every noise into the article, some a call."""
        a_call = max(1, int((len(reference) / SAMPLE_RATE - 2 * _EXCERPT_S) / _NOISE_EVERY_S))
        verdicts: list[NoiseVerdict] = []
        for first in range(0, len(noises), a_call):
            verdicts += await self._disturb(reference, noises[first : first + a_call])
            self._say(f"noise {len(verdicts)} of {len(noises)}: {sum(v.went_on for v in verdicts)} prompts went on")
        return verdicts

    async def _disturb(self, reference: Samples, noises: Sequence[Noise]) -> list[NoiseVerdict]:
        call, _, began_s = await self._call_to_article()
        said = [
            await self._say_at(call, began_s + 1.0 + number * _NOISE_EVERY_S, noise.audio)
            for number, noise in enumerate(noises)
        ]
        end_s = said[-1].began_s + _NOISE_EVERY_S
        await call.until(lambda: call.now_s >= end_s, _NOISE_EVERY_S + 1)
        await call.hang_up()
        heard = read_samples(call.heard_wav)
        nexts = [*(later.began_s for later in said[1:]), end_s]
        places = [_place(heard, reference, until_s) for until_s in nexts]
        return [
            _verdict(noise, before, after)
            for noise, before, after in zip(noises, [0.0, *places[:-1]], places, strict=True)
        ]

    async def _call_to_article(self) -> tuple[PhoneCall, Said, float]:
        """A call in which the article has just begun: the call, what was said for it, and when it began."""
        call = await self._phone.call(self._number)
        await call.answered()
        turn = await wait_for_turn(call, 0.0, _TURN_WITHIN_S, _MANNERS, lambda step: None)
        said = await call.say(self._voices.problem) if turn is Turn.OURS else None
        if said is not None:
            spoken = said
            began = await call.until(
                lambda: bool(call.sounds) and call.sounds[-1].began_s > spoken.ended_s, _ANSWER_WITHIN_S
            )
            if began:
                return call, said, call.sounds[-1].began_s
        await call.hang_up()
        raise PhoneError(f"the line did not answer “{PROBLEM}” within {_ANSWER_WITHIN_S:.0f} s")

    async def _say_at(self, call: PhoneCall, at_s: float, audio: bytes) -> Said:
        """Speak so that it begins at `at_s` of the recording.

        Raises:
            PhoneError: the call ended meanwhile.
        """
        lead_s = 0.3
        await call.until(lambda: call.now_s >= at_s - lead_s, max(0.0, at_s - lead_s - call.now_s))
        pad = _SILENT * round(max(0.0, at_s - call.now_s) * SAMPLE_RATE)
        said = await call.say(pad + audio)
        if said is None:
            raise PhoneError("the line hung up in the middle of its answer")
        return Said(said.began_s + len(pad) / SAMPLE_RATE, said.ended_s)


def _answer(question: str, call: PhoneCall, latency_s: float, since_s: float, until_s: float, wall_s: float) -> Answer:
    spoken = stretches(read_samples(call.sent_wav)[: round(until_s * SAMPLE_RATE)], gap_s=10.0)
    ended_s = spoken[-1].ended_s if spoken else since_s
    return Answer(
        question=question,
        sip_call_id=call.sip_call_id,
        latency_s=latency_s,
        spoken_at=datetime.fromtimestamp(wall_s + ended_s, UTC),
        answered_at=datetime.fromtimestamp(wall_s + ended_s + latency_s, UTC),
    )


def _place(heard: Samples, reference: Samples, until_s: float) -> float | None:
    """Where in the article the line is just before `until_s`; None when it is not in it."""
    end = round((until_s - 0.1) * SAMPLE_RATE)
    excerpt = heard[max(0, end - round(_EXCERPT_S * SAMPLE_RATE)) : end]
    if onset_s(excerpt, 0.0) is None:
        return None
    place_s, likeness = find_excerpt(excerpt, reference)
    return place_s if likeness >= _SAME_PROMPT else None


def _verdict(noise: Noise, before: float | None, after: float | None) -> NoiseVerdict:
    if after is None:
        return NoiseVerdict(noise.name, went_on=False, why="the prompt did not go on")
    if before is not None and after < before:
        return NoiseVerdict(noise.name, went_on=False, why="the prompt began again")
    return NoiseVerdict(noise.name, went_on=True)


def _describe(trial: Trial) -> str:
    barge_in = "no barge-in" if trial.barge_in_s is None else f"barge-in {trial.barge_in_s * 1000:.0f} ms"
    return ", ".join([barge_in, *(f"{answer.question} {answer.latency_s:.2f} s" for answer in trial.answers)])
