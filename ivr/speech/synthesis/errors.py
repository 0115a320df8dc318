"""What can go wrong with synthesis.

SpeakerError (ivr/speech/speaker.py)
├── WordingError     no such prompt, or a slot was left unfilled (ivr/speech/wording.py)
└── SynthesisError   the engine did not speak this text
    ├── EngineMissing    the engine or its voice is not installed
    └── SynthesisBusy    too many texts are waiting for the engine
"""

from ivr.speech.speaker import SpeakerError


class SynthesisError(SpeakerError): ...


class EngineMissing(SynthesisError): ...


class SynthesisBusy(SynthesisError): ...
