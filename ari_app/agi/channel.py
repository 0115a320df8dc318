"""A caller's channel over FastAGI: pyst2's AGI on the two files of a connection.

Its constructor is not called: it sets a signal handler, which only the main thread of a process may.
"""

from collections.abc import Callable
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from asterisk.agi import AGI, AGIException, AGISIGPIPEHangup

EVERY_KEY = "0123456789*#"


class ChannelGone(Exception):
    """The caller has hung up, or Asterisk did not do what it was told."""


class AgiChannel(AGI):  # type: ignore[misc]  # pyst2 has no type hints
    """Every method but `is_up` raises ChannelGone."""

    def __init__(self, commands_from: BufferedIOBase, commands_to: BufferedIOBase) -> None:
        self.stdin = _Lines(commands_from)
        self.stdout = _Writer(commands_to)
        self.stderr = _Nowhere()
        self.env: dict[str, str] = {}
        self._got_sighup = False
        try:
            self._get_agi_env()
        except (AGIException, OSError) as error:
            raise ChannelGone from error

    @property
    def unique_id(self) -> str:
        """The channel's id, as ARI has it."""
        return self.env.get("agi_uniqueid", "")

    @property
    def caller(self) -> str:
        """The caller's number; empty when he withholds it."""
        number = self.env.get("agi_callerid", "")
        return "" if number == "unknown" else number

    @property
    def dialled(self) -> str:
        return self.env.get("agi_extension", "")

    @property
    def sip_call_id(self) -> str:
        return self.env.get("agi_arg_1", "")

    def play(self, sound: Path) -> str:
        """Play a sound (its path without the ending); the key that interrupted it, or ""."""
        key: str = self._told(self.stream_file, str(sound), EVERY_KEY)
        return key

    def wait_key(self, seconds: float) -> str:
        """The next key, or "" when none comes in time."""
        key: str = self._told(self.wait_for_digit, int(seconds * 1000))
        return key

    def set(self, variable: str, value: str) -> None:
        """Set a variable of the channel."""
        self._told(self.set_variable, variable, value)

    def is_up(self) -> bool:
        try:
            self._told(self.execute, "CHANNEL STATUS")
        except ChannelGone:
            return False
        return True

    def _told(self, command: Callable[..., Any], *arguments: object) -> Any:
        try:
            return command(*arguments)
        except (AGIException, OSError) as error:
            raise ChannelGone from error


class _Lines:
    """What Asterisk answers, line by line, without the line `HANGUP` that it may put in at any time."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def readline(self) -> str:
        line = "HANGUP"
        while line.strip() == "HANGUP":
            line = self._stream.readline().decode("utf-8", "replace")
        if not line:
            raise AGISIGPIPEHangup("the connection was closed")
        return line


class _Writer:
    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text.encode())

    def flush(self) -> None:
        self._stream.flush()


class _Nowhere:
    """For the lines that pyst2 writes of everything it does."""

    def write(self, _: str) -> None:
        return
