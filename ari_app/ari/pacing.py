"""The clockwork of a media leg: pure arithmetic on frames and times (seconds of one monotonic clock)."""

from collections import deque

from ivr.speech.line import FRAME_BYTES, FRAME_MS, LEAD_FRAMES, SILENT_FRAME

FRAME_S = FRAME_MS / 1000
PATIENCE_FRAMES = 3
"""So late (60 ms) may the caller's sound be before silence takes its place."""
AHEAD_FRAMES = 5
"""So much (100 ms) may come early, as after a stall on the way; more of it is dropped."""
BACKLOG_FRAMES = 50
"""So much (1 s) may wait for the reader; then the oldest is dropped."""


class Intake:
    """What comes from the caller, made into exactly one frame per 20 ms of the clock.

    Sound that stays away (a telephone that sends nothing in silence) is replaced by silence. The frames made so far
    never stray further from the clock than 60 ms behind and 100 ms ahead, so audio time neither stalls nor drifts.

    Attributes:
        frames: made and not read yet.
        filled: silent frames that were put in.
        early: frames dropped because they came more than 100 ms ahead of the clock.
        unread: frames dropped because the reader was more than 1 s behind.
    """

    __slots__ = ("_filling", "_made", "_rest", "_start", "early", "filled", "frames", "unread")

    def __init__(self, now: float) -> None:
        self._start = now
        self._made = 0
        self._rest = b""
        self._filling = True
        self.frames: deque[bytes] = deque()
        self.filled = self.early = self.unread = 0

    def take(self, audio: bytes, now: float) -> None:
        """Sound has come: any number of bytes, whole frames or not."""
        if len(audio) != FRAME_BYTES or self._rest:
            audio = self._rest + audio
            whole = len(audio) - len(audio) % FRAME_BYTES
            self._rest = audio[whole:]
            pieces = [audio[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]
        else:
            pieces = [audio]
        for piece in pieces:
            if self._made - (now - self._start) / FRAME_S > AHEAD_FRAMES:
                self.early += 1
                continue
            self._filling = False
            self._add(piece)

    def fill(self, now: float) -> float:
        """Put in the silence that is due; returns when to look again."""
        # The hair more: at the very time of a frame, rounding must not say that it is not due yet, or we look for ever.
        missing = int((now - self._start) / FRAME_S + 1e-6) - self._made
        if missing > (0 if self._filling else PATIENCE_FRAMES):
            self._filling = True
            self._rest = b""
            self.filled += missing
            for _ in range(min(missing, BACKLOG_FRAMES)):
                self._add(SILENT_FRAME)
            skipped = max(0, missing - BACKLOG_FRAMES)
            self._made += skipped
            self.unread += skipped
        wait = 1 if self._filling else PATIENCE_FRAMES + 1
        return self._start + (self._made + wait) * FRAME_S

    def _add(self, frame: bytes) -> None:
        self._made += 1
        self.frames.append(frame)
        if len(self.frames) > BACKLOG_FRAMES:
            self.frames.popleft()
            self.unread += 1


class Playout:
    """What goes to the caller: the first frames of a sound are held until there is a lead, then each goes at once.

    So the sound goes on while our loop lags. Who gives the first `lead` frames in one go loses no time by it.
    """

    __slots__ = ("_dry_at", "_held", "_lead")

    def __init__(self, lead: int = LEAD_FRAMES) -> None:
        self._lead = lead * FRAME_BYTES
        self._held = bytearray()
        self._dry_at = 0.0

    @property
    def is_holding(self) -> bool:
        return bool(self._held)

    def play(self, frame: bytes, now: float) -> bytes:
        """What is to be sent now: nothing, this frame, or the held ones with it."""
        if not self._held and now < self._dry_at:
            self._dry_at += FRAME_S
            return frame
        self._held += frame
        return self.release(now) if len(self._held) >= self._lead else b""

    def release(self, now: float) -> bytes:
        """The held frames, however few: no more are coming."""
        sound = bytes(self._held)
        self._held.clear()
        self._dry_at = max(self._dry_at, now) + len(sound) // FRAME_BYTES * FRAME_S
        return sound

    def flush(self) -> None:
        self._held.clear()
        self._dry_at = 0.0
