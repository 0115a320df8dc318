"""A caller who takes turns: listens until the line has spoken and fallen silent, then says the next thing.

A turn of the line may be several prompts with short gaps, so the caller waits out a pause before speaking.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ari_app.phones.phone_call import PhoneCall


@dataclass(frozen=True, slots=True)
class Speech:
    """Something to be said: mu-law, and how the story tells it."""

    label: str
    audio: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys to be pressed."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A turn in which nothing is said, for so long."""

    seconds: float


Item = Speech | Keys | Silence


@dataclass(frozen=True, slots=True)
class Manners:
    """How a caller takes turns; all in seconds."""

    pause_s: float = 1.3
    """So long a silence of the line makes it the caller's turn."""

    patience_s: float = 15.0
    """A line that does not make a sound for so long is spoken to all the same."""

    item_wait_s: float = 180.0
    """So long is waited for a turn while there is something left to say."""

    stay_s: float = 60.0
    """So long is stayed for a turn of the line after the last item."""

    music_s: float = 20.0
    """Sound without the shortest pause for so long is music; after the last item it is hung up on."""


class Turn(Enum):
    """What came of waiting for the caller's turn."""

    OURS = auto()
    SILENT = auto()
    """The line made no sound at all."""
    ENDLESS = auto()
    """The line goes on and on: music, or a very long speech."""
    HUNG_UP = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, for the story of a call: at `at_s` the `who` (caller or line) did `what`."""

    at_s: float
    who: str
    what: str


Tell = Callable[[Step], None]


async def call_items(call: PhoneCall, items: Sequence[Item], tell: Tell, manners: Manners = Manners()) -> None:
    """Go through a call that has been answered: each item at the caller's turn, then stay until the line hangs up
    or has nothing more to say. Afterwards the call is over."""
    since_s = 0.0
    for item in items:
        turn = await wait_for_turn(call, since_s, manners.item_wait_s, manners, tell)
        if turn is Turn.HUNG_UP:
            break
        since_s = await _take_turn(call, item, tell)
    else:
        await wait_for_turn(call, since_s, manners.stay_s, manners, tell, music_s=manners.music_s)
    by_us = call.ended is None
    await call.hang_up()
    tell(Step(call.now_s, "caller" if by_us else "line", "hangs up"))


async def _take_turn(call: PhoneCall, item: Item, tell: Tell) -> float:
    """Do one item. Returns since when sound of the line counts as its answer, in seconds of the recording."""
    began_s = call.now_s
    match item:
        case Speech(label, audio):
            tell(Step(began_s, "caller", f"“{label}”"))
            said = await call.say(audio)
        case Keys(digits):
            tell(Step(began_s, "caller", f"presses {digits}"))
            said = await call.press(digits)
        case Silence(seconds):
            tell(Step(began_s, "caller", f"is silent for {seconds:g} s"))
            await call.until(lambda: False, seconds)
            return began_s
    return said.ended_s if said else call.now_s


async def wait_for_turn(
    call: PhoneCall, since_s: float, longest_s: float, manners: Manners, tell: Tell, music_s: float | None = None
) -> Turn:
    """Wait until the line, having sounded after `since_s`, is silent for a pause; at most `longest_s`, and where
    `music_s` is given no longer than so much sound without any pause."""
    began_s = call.now_s
    while not call.ended:
        turn, look_again_s = _whose_turn(call, since_s, manners)
        if turn is None and music_s is not None and _sounding_s(call) >= music_s:
            turn = Turn.ENDLESS
        if turn is None and call.now_s - began_s >= longest_s:
            turn = Turn.ENDLESS
        if turn is not None:
            _tell_line(call, since_s, tell)
            return turn
        await call.change(min(look_again_s, 1.0))
    _tell_line(call, since_s, tell)
    return Turn.HUNG_UP


def _whose_turn(call: PhoneCall, since_s: float, manners: Manners) -> tuple[Turn | None, float]:
    """The turn, if it is clear by now, and else after how many seconds to look again."""
    now_s = call.now_s
    last = call.sounds[-1] if call.sounds else None
    if last is not None and last.ended_s is None:
        return None, 1.0
    if last is None or last.ended_s is None or last.ended_s <= since_s:
        left_s = since_s + manners.patience_s - now_s
        return (Turn.SILENT if left_s <= 0 else None), left_s
    left_s = last.ended_s + manners.pause_s - now_s
    return (Turn.OURS if left_s <= 0 else None), left_s


def _sounding_s(call: PhoneCall) -> float:
    """For how long the line has been sounding without a pause."""
    last = call.sounds[-1] if call.sounds else None
    return call.now_s - last.began_s if last and last.ended_s is None else 0.0


def _tell_line(call: PhoneCall, since_s: float, tell: Tell) -> None:
    heard = [sound for sound in call.sounds if sound.ended_s is None or sound.ended_s > since_s]
    if not heard:
        tell(Step(call.now_s, "line", "is silent"))
        return
    began_s = max(heard[0].began_s, since_s)
    ended_s = call.now_s if call.ended else heard[-1].ended_s
    what = f"speaks for {ended_s - began_s:.1f} s" if ended_s is not None else "goes on and on"
    tell(Step(began_s, "line", what))
