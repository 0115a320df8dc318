"""Where two ways of one call part, in words."""

from collections.abc import Sequence

from ivr.journalled_call import Asked, Decided, Mark, Read, Understood


def parting(before: Sequence[Mark], now: Sequence[Mark]) -> int | None:
    """The place of the first step that is another; None when the shorter way is the beginning of the other."""
    pairs = enumerate(zip(before, now, strict=False))
    return next((place for place, (old, new) in pairs if not _are_alike(old, new)), None)


def leads_elsewhere(old: Mark, new: Mark) -> bool:
    """Another thing was understood or read: wherever that leads, it is not where the call led before."""
    return isinstance(new, Understood | Read) and type(old) is type(new)


def why(before: Sequence[Mark], now: Sequence[Mark]) -> str:
    """Why the ways part, in one sentence."""
    place = parting(before, now)
    if place is None:
        is_longer = len(now) > len(before)
        return f"now {_in_words(now[len(before)])}" if is_longer else "the same way, with another category"
    old, new, said = before[place], now[place], _said_before(now, place)
    if isinstance(old, Understood):
        return f"{said} meant {_in_words(old)}, now {_in_words(new)}"
    if isinstance(new, Understood):
        return f"{said} means {_in_words(new)} at once; before, {_in_words(old)}"
    return f"after {said} {_in_words(new)}; before, {_in_words(old)}"


def _are_alike(old: Mark, new: Mark) -> bool:
    if isinstance(old, Understood) and isinstance(new, Understood):
        return old.target == new.target
    if isinstance(old, Asked) and isinstance(new, Asked):
        return old.question == new.question
    if isinstance(old, Decided) and isinstance(new, Decided):
        return (old.kind, old.details.get("group")) == (new.kind, new.details.get("group"))
    return old == new


def _said_before(way: Sequence[Mark], place: int) -> str:
    """What the caller had said last, in quotes; keys stand as they are."""
    said = next((mark.said or "silence" for mark in reversed(way[:place]) if isinstance(mark, Asked)), "the greeting")
    return said if said.startswith("key ") or said in ("silence", "the greeting") else f"“{said}”"


def _in_words(mark: Mark) -> str:
    match mark:
        case Asked(question):
            return f"question '{question}'"
        case Understood(target, confidence):
            return f"{target} ({confidence:.0%})"
        case Read(article):
            return f"article '{article}'"
        case Decided(kind, details):
            group = details.get("group")
            return f"{kind} {group}" if group else kind
