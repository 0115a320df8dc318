"""A message on the line: where it ends, and that the line is never dead meanwhile. # 001-18"""

import pytest
from telephone import silence, voice

from ivr.speech.endpointing import Endpointer, EndpointingSettings
from ivr.speech.line import FRAME_MS
from ivr.speech.message import Message, MessageLimits, record_message
from ivr.speech.recorded_line import RecordedLine


async def recorded(line: RecordedLine, limits: MessageLimits | None = None) -> Message:
    return await record_message(line, Endpointer(EndpointingSettings()), limits or MessageLimits())


async def test_the_hash_key_ends_it_and_other_keys_do_not() -> None:
    message = await recorded(RecordedLine(voice(1000), "5", voice(1000), "#", voice(1000)))
    assert (len(message.audio), message.is_spoken, message.has_hung_up) == (16000, True, False)


async def test_a_hang_up_loses_nothing() -> None:
    message = await recorded(RecordedLine(voice(1500), hangs_up=True))
    assert (len(message.audio), message.is_spoken, message.has_hung_up) == (12000, True, True)


async def test_who_says_nothing_is_not_waited_for_without_end() -> None:
    line = RecordedLine()
    message = await recorded(line)
    assert not message.is_spoken
    assert line.ms == pytest.approx(6000, abs=FRAME_MS)


async def test_endless_speech_ends_at_the_greatest_length() -> None:
    message = await recorded(RecordedLine(voice(20_000)), MessageLimits(longest_s=5))
    assert len(message.audio) == 5 * 8000


async def test_a_pause_within_a_message_is_part_of_it() -> None:
    message = await recorded(RecordedLine(voice(1000), silence(4000), voice(1000), "#"))
    assert len(message.audio) == 6 * 8000


async def test_the_caller_hears_a_living_line_all_the_while() -> None:
    line = RecordedLine(voice(2000), "#")
    await recorded(line)
    assert len(line.heard_frames) >= 2000 / FRAME_MS - 2
