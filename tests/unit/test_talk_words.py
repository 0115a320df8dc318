"""What an agent writes or presses in a talk, and what is understood of it."""

import pytest

from ari_app.talk.commands import Command, Complete, Confer, Consult, Hold, ReturnToQueue
from ari_app.talk.errors import UnknownTarget
from ari_app.talk.keys import TalkKeys
from ari_app.talk.targets import Target, ToAgent, ToGroup, ToNumber, ToSupplier, read_target


# P-5
@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("agent:agent2", ToAgent("agent2")),
        ("group:network", ToGroup("network")),
        ("tier:network/2", ToGroup("network", 2)),
        ("number:+49 30 1234", ToNumber("+49301234")),
        ("supplier:printers", ToSupplier("printers")),
    ],
)
def test_targets(text: str, target: Target) -> None:
    assert read_target(text) == target
    assert read_target(str(target)) == target


@pytest.mark.parametrize("text", ["", "agent2", "agent:", "tier:network", "tier:network/0", "number:home", "room:7"])
def test_what_is_no_target_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(UnknownTarget, match="agent:NAME"):
        read_target(text)


# P-5
@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        ("*1", [Hold()]),
        ("*27#*3", [Consult(ToAgent("agent7")), Complete()]),
        ("*2007#", [Consult(ToAgent("agent7"))]),
        ("*2004930123456#*4", [Consult(ToNumber("004930123456")), Confer()]),
        ("12#5", []),  # meant for somebody else's menu
        ("*2*9", [ReturnToQueue("by key")]),  # begun anew
        ("*2#", []),
        ("*6", []),
    ],
)
def test_keys(keys: str, commands: list[Command]) -> None:
    telephone = TalkKeys()
    assert [command for command in map(telephone.press, keys) if command is not None] == commands
