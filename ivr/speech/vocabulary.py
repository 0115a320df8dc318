"""The help desk's words, as the text that whisper believes to have heard before."""

from collections.abc import Iterable, Mapping

Vocabulary = Mapping[str, str]
"""Language → the words, joined as that language joins them."""

_COMMA = {"zh": ",", "ja": "、"}
_STOP = {"zh": "。", "ja": "。"}


def compose_vocabulary(language: str, systems: Iterable[str], words: Iterable[str] = (), limit: int = 32) -> str:
    """Systems and products first, then other words, each once, at most `limit`. Give single words and names, not
    sentences: ten more cost 15 ms an utterance, and a long vocabulary invites whisper to repeat it. Empty when there
    are none."""
    chosen: dict[str, str] = {}
    for word in (*systems, *words):
        trimmed = word.strip()
        if trimmed:
            chosen.setdefault(trimmed.lower(), trimmed)
    if not chosen:
        return ""
    return _COMMA.get(language, ", ").join(list(chosen.values())[:limit]) + _STOP.get(language, ".")
