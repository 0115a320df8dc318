"""What an agent can do with the keys of his telephone while he talks."""

from ari_app.talk.commands import (
    Cancel,
    Command,
    Complete,
    Confer,
    Consult,
    Hold,
    PauseRecording,
    ResumeRecording,
    ReturnToQueue,
)
from ari_app.talk.targets import Target, ToAgent, ToNumber

_BEGIN, _END = "*", "#"
_COMMANDS: dict[str, Command] = {
    "1": Hold(),
    "3": Complete(),
    "4": Confer(),
    "5": Cancel(),
    "7": PauseRecording(),
    "8": ResumeRecording(),
    "9": ReturnToQueue("by key"),
}
_CONSULT = "2"
_LONGEST_AGENT = 3


class TalkKeys:
    """The keys of one telephone: `*1` hold (and back), `*2` with an agent's or telephone number and `#` consult,
    `*3` transfer to him, `*4` conference, `*5` back to the caller, `*7` and `*8` recording off and on, `*9` back into
    the queue."""

    def __init__(self) -> None:
        self._pressed = ""

    def press(self, key: str) -> Command | None:
        """The command that this key completes."""
        if key == _BEGIN:
            self._pressed = key
            return None
        if not self._pressed:
            return None
        if self._pressed == _BEGIN and key != _CONSULT:
            self._pressed = ""
            return _COMMANDS.get(key)
        if key != _END:
            self._pressed += key
            return None
        number, self._pressed = self._pressed[2:], ""
        return Consult(_target(number)) if number else None


def _target(number: str) -> Target:
    """A short number is that of an agent: agent7 has 7."""
    return ToAgent(f"agent{int(number)}") if len(number) <= _LONGEST_AGENT else ToNumber(number)
