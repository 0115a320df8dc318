"""The help desk's words, as the text that whisper believes to have heard before."""

from collections.abc import Iterable, Mapping

Vocabulary = Mapping[str, str]
"""Language → the words, joined as that language joins them."""

_LIMIT = 32
_LIMITS = {"zh": 16}
"""In a language of which whisper knows less, a long list does more harm than good."""

_COMMA = {"zh": ",", "ja": "、"}
_STOP = {"zh": "。", "ja": "。"}


def compose_vocabulary(language: str, systems: Iterable[str], words: Iterable[str] = ()) -> str:
    """Systems and products first, then other words, each once, as many as the language bears. Give single words and
    names, not sentences: ten more cost 15 ms an utterance, and a long vocabulary invites whisper to repeat it. Empty
    when there are none."""
    chosen: dict[str, str] = {}
    for word in (*systems, *words):
        trimmed = word.strip()
        if trimmed:
            chosen.setdefault(trimmed.lower(), trimmed)
    if not chosen:
        return ""
    return _COMMA.get(language, ", ").join(list(chosen.values())[: _LIMITS.get(language, _LIMIT)]) + _STOP.get(
        language, "."
    )
