"""The clockwork of a media leg: no clock but the one it is given."""

from hypothesis import given
from hypothesis import strategies as st

from ari_app.ari.pacing import AHEAD_FRAMES, BACKLOG_FRAMES, FRAME_S, PATIENCE_FRAMES, Intake, Playout
from ivr.speech.line import FRAME_BYTES, LEAD_FRAMES, SILENT_FRAME


def frame(number: int) -> bytes:
    return bytes([number % 120]) * FRAME_BYTES


def test_sound_in_any_pieces_becomes_whole_frames() -> None:
    intake = Intake(0.0)
    sound = b"".join(frame(number) for number in range(5))
    for at in range(0, len(sound), 100):
        intake.take(sound[at : at + 100], 0.1)
    assert list(intake.frames) == [frame(number) for number in range(5)]


def test_sixty_milliseconds_without_sound_are_waited_for_and_then_filled() -> None:
    intake = Intake(0.0)
    for number in range(10):
        intake.take(frame(number), (number + 1) * FRAME_S)
    assert intake.fill(0.255) > 0.255
    assert intake.filled == 0
    next_look = intake.fill(0.281)
    assert intake.filled == 4
    assert next_look <= 0.301
    intake.fill(0.301)
    assert intake.filled == 5
    assert len(intake.frames) == 15


def test_a_caller_who_sends_nothing_is_a_minute_long_after_a_minute() -> None:
    intake, now, frames = Intake(0.0), 0.0, 0
    while now < 60:
        now = intake.fill(now) + 0.001
        frames += len(intake.frames)
        assert len(intake.frames) <= 2
        intake.frames.clear()
    assert abs(frames - 60 / FRAME_S) <= 2


def test_a_stall_of_our_loop_loses_no_sound() -> None:
    intake = Intake(0.0)
    for number in range(25):
        intake.take(frame(number), 0.5)
    intake.fill(0.5)
    assert list(intake.frames) == [frame(number) for number in range(25)]
    assert (intake.filled, intake.early, intake.unread) == (0, 0, 0)


def test_what_comes_long_before_its_time_is_dropped() -> None:
    intake = Intake(0.0)
    for number in range(20):
        intake.take(frame(number), 0.0)
    assert len(intake.frames) == AHEAD_FRAMES + 1
    assert intake.early == 20 - AHEAD_FRAMES - 1


def test_a_reader_a_second_behind_loses_the_oldest() -> None:
    intake = Intake(0.0)
    for number in range(BACKLOG_FRAMES + 10):
        intake.take(frame(number), number * FRAME_S)
    assert intake.unread == 10
    assert intake.frames[0] == frame(10)


def test_after_a_very_long_stall_only_a_second_of_silence_is_made_up() -> None:
    intake = Intake(0.0)
    intake.fill(60.0)
    assert len(intake.frames) == BACKLOG_FRAMES
    assert intake.unread == 60 / FRAME_S - BACKLOG_FRAMES
    assert intake.fill(60.0) > 60.0


@given(st.lists(st.tuples(st.floats(0, 0.3), st.integers(0, 12)), max_size=100))
def test_audio_time_stays_with_the_clock_whatever_the_network_does(bursts: list[tuple[float, int]]) -> None:
    intake, now, made = Intake(0.0), 0.0, 0
    for pause, frames in bursts:
        end = now + pause
        while (due := intake.fill(now)) < end:
            now = due
        now = end
        intake.take(frame(1) * frames, now)
        intake.fill(now)
        made += len(intake.frames)
        intake.frames.clear()
        assert -PATIENCE_FRAMES - 1 <= made - now / FRAME_S <= AHEAD_FRAMES + 1


def test_a_sound_leaves_when_there_is_a_lead_and_then_frame_by_frame() -> None:
    playout = Playout(3)
    sent = [playout.play(frame(number), number * FRAME_S) for number in range(5)]
    assert sent == [b"", b"", frame(0) + frame(1) + frame(2), frame(3), frame(4)]


def test_who_gives_the_lead_in_one_go_waits_for_nothing() -> None:
    assert Playout().play(SILENT_FRAME * LEAD_FRAMES, 0.0) == SILENT_FRAME * LEAD_FRAMES


def test_a_short_sound_is_released_without_a_lead() -> None:
    playout = Playout(3)
    assert playout.play(frame(1), 0.0) == b""
    assert playout.is_holding
    assert playout.release(FRAME_S) == frame(1)
    assert not playout.is_holding


def test_when_asterisk_has_run_dry_a_lead_is_gathered_again() -> None:
    playout = Playout(2)
    assert playout.play(frame(0) + frame(1), 0.0)
    assert playout.play(frame(2), 0.03) == frame(2)
    assert playout.play(frame(3), 0.07) == b""


def test_a_flush_forgets_what_is_held_and_what_is_out() -> None:
    playout = Playout(2)
    playout.play(frame(0) + frame(1), 0.0)
    playout.flush()
    assert playout.play(frame(2), 0.01) == b""
    playout.flush()
    assert playout.play(frame(3) + frame(4), 0.02) == frame(3) + frame(4)


def gaps(lead: int, lag_frames: int) -> int:
    """How many ticks of Asterisk find no sound within a prompt: our loop stalls for `lag_frames` every half second.

    A stall makes the frames that were due in it go out together when it is over.
    """
    playout, sent, heard, missed, overdue = Playout(lead), 0, 0, 0, 0
    for number in range(200):
        overdue += 1
        if number % 25 < 25 - lag_frames:
            for _ in range(overdue):
                sent += len(playout.play(SILENT_FRAME, number * FRAME_S)) // FRAME_BYTES
            overdue = 0
        if heard < sent:
            heard += 1
        elif heard:
            missed += 1
    return missed


def test_the_lead_bridges_a_loop_that_lags_by_eighty_milliseconds_and_a_smaller_one_does_not() -> None:
    assert gaps(LEAD_FRAMES, 4) == 0
    assert gaps(2, 4) > 0
