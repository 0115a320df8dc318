"""What must never be stored is taken out of the text here: card numbers, identity numbers, passwords and PINs.

Works on what recognizers write: `4111 1111…`, `four one one one…`, `double seven`, `四一一一`. Telephone numbers,
ticket numbers, extensions, floors and rooms stay, for people need them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tickets.events import Json
from tickets.secret_words import CLAUSE_ENDS, FILLERS, ORDINARY, PASSWORD_WORDS, REPEATS, SECRET_NUMBERS, SPOKEN_DIGITS

HIDDEN = "[hidden]"

_LONG_RUN = 13
"""So many digits in a row are a card or an identity number; a telephone number has fewer, or a plus before it."""
_LONGEST_TELEPHONE = 15

_FILLER = "|".join(FILLERS)
_BETWEEN = rf"(?:\s*[:=,，：]\s*|\s+|(?:{_FILLER})(?=[\s\d:,]|[^\x00-\x7f])|(?<=[^\x00-\x7f])(?:是|为|就是|号码|号))*"
_FOR = r"\s+(?:for|of|to|on|in)\s+(?:[A-Za-z-]+\s+){1,3}?(?=is\s|was\s)"
_IDENTITY = (
    r"(?:passport|id card|identity card|id|护照)(?:\s+number)?\s*(?:is|:|是)?\s*"
    r"(?P<value>(?=\w*\d)[A-Za-z0-9]{6,12})(?!\w)"
)
_TOKEN = re.compile(r"\[hidden\]|[零〇一幺二两三四五六七八九]|[A-Za-z']+|\d+|[^\sA-Za-z\d]|\s+")


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text that reads as `digits` digits; `start` and `end` are positions in the text."""

    start: int
    end: int
    digits: int


def mask(text: str) -> str:
    """`text` without secrets: each is replaced by `[hidden]`. Masking twice changes nothing more."""
    spans = [*_passwords(text), *_secret_numbers(text)]
    for start, end in sorted(_merged(spans), reverse=True):
        text = text[:start] + HIDDEN + text[end:]
    return text


def mask_json(value: Json) -> Json:
    """A JSON value with every string in it masked; the keys of objects stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [mask_json(entry) for entry in value]
    if isinstance(value, dict):
        return {key: mask_json(entry) for key, entry in value.items()}
    return value


def _secret_numbers(text: str) -> Iterator[tuple[int, int]]:
    runs = list(_digit_runs(text))
    for run in runs:
        is_telephone = text[: run.start].endswith("+") and run.digits <= _LONGEST_TELEPHONE
        if run.digits >= _LONG_RUN and not is_telephone:
            yield run.start, _with_check_letter(text, run.end)
        elif re.fullmatch(r"\d{3}-\d{2}-\d{4}", text[run.start : run.end]):
            yield run.start, run.end
    for words, least in SECRET_NUMBERS.items():
        for found in re.finditer(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z]){_BETWEEN}", text, re.IGNORECASE):
            yield from ((run.start, run.end) for run in runs if run.start == found.end() and run.digits >= least)
    for found in re.finditer(rf"(?<![A-Za-z]){_IDENTITY}", text, re.IGNORECASE):
        yield found.span("value")


def _digit_runs(text: str) -> Iterator[_Run]:
    """Stretches of digits and digit words, with blanks, dashes and `double` between them."""
    start, end, digits, times = -1, -1, 0, 1
    for token in _TOKEN.finditer(text):
        word = token.group().casefold()
        width = len(word) if word.isdecimal() else SPOKEN_DIGITS.get(word, 0)
        if width:
            start = token.start() if start < 0 else start
            end, digits, times = token.end(), digits + width * times, 1
        elif word in REPEATS:
            start = token.start() if start < 0 else start
            times = REPEATS[word]
        elif not (word.isspace() or word in "-–,.") or (word == "." and not _joins(text, token)):
            if digits:
                yield _Run(start, end, digits)
            start, end, digits, times = -1, -1, 0, 1
    if digits:
        yield _Run(start, end, digits)


def _joins(text: str, token: re.Match[str]) -> bool:
    """A full stop or comma between digits does not end a run; at the end of a sentence it does."""
    return text[token.end() : token.end() + 1].isdecimal()


def _with_check_letter(text: str, end: int) -> int:
    """Chinese identity numbers may end in an X."""
    found = re.compile(r"\s?[xX](?![A-Za-z])").match(text, end)
    return found.end() if found else end


def _passwords(text: str) -> Iterator[tuple[int, int]]:
    said = rf"(?<![A-Za-z]){PASSWORD_WORDS}(?![A-Za-z])(?:{_FOR})?(?P<says>\s*(?:is|was|are|[:=：]|是|为|equals)?\s*)"
    for found in re.finditer(said, text, re.IGNORECASE):
        start = found.end()
        words = list(re.finditer(r"[^\s,;。，；]+", text[start:]))
        if not words:
            continue
        if found["says"].strip():
            length = _secret_length([word.group() for word in words])
        else:
            length = 1 if _looks_made_up(words[0].group()) else _spelled_length([word.group() for word in words])
        if length:
            yield start, start + _until_stop(text[start:], words[length - 1].end())


def _secret_length(words: list[str]) -> int:
    """How many words after "password is" belong to the password; 0 when it is an ordinary sentence."""
    if _bare(words[0]) in ORDINARY and not _looks_made_up(words[0]):
        return 0
    for position, word in enumerate(words):
        if position and _bare(word) in CLAUSE_ENDS:
            return position
        if word.endswith((".", "!", "?")):
            return position + 1
    return len(words)


def _spelled_length(words: list[str]) -> int:
    """How many words in a row are single letters or digits ("h u n t e r two"); 0 when fewer than three."""
    length = 0
    for word in words:
        bare = _bare(word)
        if not (len(bare) == 1 or bare in SPOKEN_DIGITS or bare.isdecimal()):
            break
        length += 1
    return length if length >= 3 else 0


def _looks_made_up(word: str) -> bool:
    """A word with digits or signs inside is no word of a language."""
    bare = word.strip(".,;:!?\"'()[]")
    return bool(re.search(r"\d", bare)) or bool(re.search(r"[@#$%^&*_+=!]", bare))


def _bare(word: str) -> str:
    return word.strip('.,;:!?"()').casefold()


def _until_stop(text: str, end: int) -> int:
    return end - 1 if text[end - 1 : end] in {".", "?"} and end > 1 else end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
