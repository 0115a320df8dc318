"""The notice of an outage as sound, before the first caller hears it."""

from collections.abc import AsyncIterator, Mapping

from ivr.conversation import Prompt
from ivr.speech.synthesis.ahead import Kept, keep_ahead
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.wording import Wording, WordingError

NOTICE = "outage.notice"


async def render_notice(texts: Mapping[str, str], wording: Wording, settings: SynthesisSettings) -> AsyncIterator[Kept]:
    """Keep the notice `texts` (by language) in the pieces in which the line speaks them, yielding each."""
    pieces = []
    for language, text in texts.items():
        try:
            spoken = wording.pieces(Prompt(NOTICE, language, {"notice": text}))
        except WordingError as error:
            yield Kept(language, text, None, str(error))
        else:
            pieces += [(language, piece) for piece in spoken]
    async for kept in keep_ahead(pieces, settings):
        yield kept
