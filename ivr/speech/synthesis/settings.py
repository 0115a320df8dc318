"""What can be set about speech output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CHECKOUT = Path(__file__).parents[3]
_HOME = Path.home()
_LIVE_VOICES = {"en": "gmw/en-us", "zh": "sit/cmn-latn-pinyin", "ja": "jpx/ja"}
"""Not `sit/cmn`: in espeak-ng 1.51 it takes the pinyin of its own dictionary for English words."""


@dataclass(frozen=True, slots=True)
class SynthesisSettings:
    """Where recordings lie, where what was synthesised is kept, and who speaks.

    Voices are by language: `recorded_voices` names Kokoro's, for what is rendered ahead; `caller_voices` Kokoro's, for
    callers who are machines; `live_voices` espeak-ng's, for what is spoken when it is wanted. `live_timeout_s` bounds
    one text of a call.
    """

    sounds: Path = _CHECKOUT / "sounds"
    cache: Path = _HOME / ".cache" / "hotline" / "speech"
    cache_mb: int = 500
    recorded_voices: Mapping[str, str] = field(default_factory=lambda: {"en": "af_heart", "zh": "zf_xiaoxiao"})
    caller_voices: Mapping[str, str] = field(default_factory=lambda: {"en": "am_michael", "zh": "zm_yunxi"})
    live_voices: Mapping[str, str] = field(default_factory=lambda: dict(_LIVE_VOICES))
    live_timeout_s: float = 5.0
