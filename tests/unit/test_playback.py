"""Sound that can be paused and goes on. # 000-6"""

from ivr.speech.line import FRAME_BYTES, LEAD_FRAMES
from ivr.speech.playback import Playback, Segment


def frames(count: int, first: int = 0) -> bytes:
    return b"".join(bytes([number]) * FRAME_BYTES for number in range(first, first + count))


def heard(playback: Playback, most: int = 1000) -> list[int]:
    found: list[int] = []
    while len(found) < most and (sound := playback.next_sound()) is not None:
        found += sound[::FRAME_BYTES]
    return found


def test_segments_are_heard_one_after_the_other() -> None:
    playback = Playback([Segment(frames(3), barge_in=True), Segment(frames(2, first=3), barge_in=True)])
    assert heard(playback) == [0, 1, 2, 3, 4]
    assert playback.is_finished


def test_the_last_frame_is_filled_up_with_silence() -> None:
    playback = Playback([Segment(b"\x01" * 100, barge_in=True)])
    assert playback.next_sound() == b"\x01" * 100 + b"\xff" * 60


def test_while_paused_nothing_is_heard_and_then_the_last_400_ms_again() -> None:
    playback = Playback([Segment(frames(100), barge_in=True)])
    heard(playback, most=50)
    playback.pause()
    assert playback.is_paused
    assert heard(playback) == []
    playback.resume()
    assert heard(playback) == list(range(50 - LEAD_FRAMES - 20, 100))


def test_at_its_beginning_it_goes_on_from_the_beginning() -> None:
    playback = Playback([Segment(frames(100), barge_in=True)])
    heard(playback, most=LEAD_FRAMES)
    playback.pause()
    playback.resume()
    assert heard(playback)[0] == 0


def test_what_is_stopped_is_finished() -> None:
    playback = Playback([Segment(frames(100), barge_in=True)])
    playback.pause()
    playback.stop()
    assert playback.is_finished
    assert not playback.is_paused
    assert heard(playback) == []


def test_only_a_segment_with_barge_in_may_be_interrupted() -> None:
    playback = Playback([Segment(frames(8), barge_in=False), Segment(frames(2), barge_in=True)])
    may = []
    while not playback.is_heard:
        may.append(playback.may_interrupt)
        playback.next_sound()
    assert may == [False] * 9 + [True] * 2
    assert playback.may_interrupt  # when all is said, the caller may always speak


def test_the_lead_comes_at_once_and_is_waited_for_at_the_end() -> None:
    playback = Playback([Segment(frames(LEAD_FRAMES + 1), barge_in=True)])
    assert playback.next_sound() == frames(LEAD_FRAMES)
    assert playback.next_sound() == frames(1, first=LEAD_FRAMES)
    ticks = 0
    while not playback.is_heard:
        assert playback.next_sound() is None
        ticks += 1
    assert ticks == LEAD_FRAMES


def test_nothing_to_say_is_finished_at_once() -> None:
    playback = Playback([Segment(b"", barge_in=False)])
    assert playback.is_finished
    playback.pause()
    assert not playback.is_paused
