"""The second rung: a scenario by sound. A natural voice over 8 kHz mu-law, the real ears and voice of the line.

Its clock is the sound: a call of two minutes takes as long as the recognizer needs.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from ivr.conversation import Call
from ivr.empty_desk import KnownVerdicts
from ivr.library import vocabulary
from ivr.rungs.mouth import Mouth
from ivr.rungs.result import Outcome, Result, WitnessedConversation
from ivr.rungs.telephone import AnsweredConversation, CallersTelephone, HeardSpeaker
from ivr.rungs.text import call_of
from ivr.rungs.verdict import difference
from ivr.rungs.world import waits_of, world_of
from ivr.scenario import Scenario
from ivr.scripted import OutOfStep, ScriptedCaller
from ivr.simulator import Simulator
from ivr.speech.conversation import AudioConversation
from ivr.speech.endpointing import Endpointer, EndpointingSettings
from ivr.speech.hearing import Hearing
from ivr.speech.line import AudioLine
from ivr.speech.prompt_speaker import PromptSpeaker
from ivr.speech.recognizer import Recognizer
from ivr.speech.recorded_line import EndlessCall
from ivr.speech.settings import SpeechSettings
from ivr.speech.sounds import Recordings
from ivr.speech.speaker import Speaker, SpeakerError
from ivr.speech.surroundings import NoisyLine, room
from ivr.speech.synthesis.caller_voice import caller_voice
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.synthesis.synthesizer import Synthesizer
from ivr.speech.vocabulary import compose_vocabulary
from ivr.speech.wav import read_mulaw
from ivr.speech.wording import Wording
from ivr.speech.workers import RecognizerPool, engine_specs
from ivr.words import Command, Words
from knowledge.library import Library

_PATIENCE_S = 300.0
"""Nobody waits for an answer here: an utterance, or a text, may take as long as it takes."""


@dataclass(frozen=True, slots=True)
class AudioRung:
    """Runs scenarios by sound. `noise_db` is how much quieter than the caller his surroundings are, None: silent."""

    simulator: Simulator
    recognizer: Recognizer
    speaker: Speaker
    mouth: Mouth
    endpointing: EndpointingSettings
    sounds: Path
    noise_db: float | None = None

    async def run(self, scenario: Scenario, asked: tuple[str, ...] = ()) -> Result:
        """See `Rung`."""
        began = time.perf_counter()
        caller = ScriptedCaller(scenario, asked)
        outcome, why = None, None
        exchanges = []
        with world_of(scenario.script) as store:
            try:
                call = call_of(scenario, self.simulator.dialplan)
                telephone = CallersTelephone(caller, partial(self.mouth.sound, language=call.language))
                conversation = self._conversation(scenario, call, telephone)
                talk = WitnessedConversation(AnsweredConversation(conversation, telephone), caller)
                exchanges = talk.exchanges
                try:
                    taken = await self.simulator.take(
                        call,
                        talk,
                        lambda: call.arrived_at + timedelta(milliseconds=telephone.line.ms),
                        store,
                        waits_of(scenario.script),
                        KnownVerdicts(scenario.script.probes),
                    )
                finally:
                    await conversation.close()
                outcome = Outcome.of(taken.decision, taken.ticket)
                caller.check_finished()
                why = difference(scenario, outcome, tuple(caller.prompts))
            except (OutOfStep, EndlessCall, SpeakerError) as error:
                why = str(error)
        return Result(
            scenario,
            why,
            outcome,
            prompts=tuple(caller.prompts),
            asked=caller.asked,
            exchanges=tuple(exchanges),
            repeated=caller.repeated,
            seconds=time.perf_counter() - began,
        )

    def _conversation(self, scenario: Scenario, call: Call, telephone: CallersTelephone) -> AudioConversation:
        dialplan = self.simulator.dialplan
        noise_db = self.noise_db if scenario.script.noise_db is None else scenario.script.noise_db
        line: AudioLine = telephone if noise_db is None else NoisyLine(telephone, room(self.sounds, noise_db))
        return AudioConversation(
            line,
            HeardSpeaker(self.speaker, telephone),
            Hearing(self.recognizer, Endpointer(self.endpointing), call.language),
            says_nothing=lambda text, language: Words(dialplan, language).says_nothing(text),
            wants_person=lambda heard, language: Words(dialplan, language).command(heard) is Command.OPERATOR,
            music=read_mulaw(self.sounds / "any" / "hold-music.wav"),
        )


@asynccontextmanager
async def audio_rung(
    simulator: Simulator,
    library: Library,
    speech: SpeechSettings,
    endpointing: EndpointingSettings,
    synthesis: SynthesisSettings,
    noise_db: float | None = None,
) -> AsyncIterator[AudioRung]:
    """The recognizer, the line's voice and the callers' voice for as long as this lasts.

    Raises:
        RecognizerError: no engine can listen.
        ManifestError: the manifest of recordings is broken.
    """
    dialplan = simulator.dialplan
    patient = replace(speech, languages=dialplan.menus.languages, queue=1000, max_wait_s=_PATIENCE_S, max_decode_s=60.0)
    words = {
        language: compose_vocabulary(language, vocabulary(dialplan, library, language))
        for language in dialplan.menus.languages
    }
    synthesizer = Synthesizer(replace(synthesis, live_timeout_s=_PATIENCE_S))
    try:
        async with caller_voice(synthesis) as voice, RecognizerPool(engine_specs(patient, words), patient) as pool:
            speaker = PromptSpeaker(Wording(dialplan.prompts), Recordings(synthesis.sounds), synthesizer)
            yield AudioRung(simulator, pool, speaker, Mouth(voice), endpointing, synthesis.sounds, noise_db)
    finally:
        await synthesizer.close()
