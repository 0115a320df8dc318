"""The process that started a user agent: its commands on stdin, our events on stdout, and its end."""

import ctypes
import json
import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1


class Parent:
    """Set up once, at the start of a process: from then on only events reach stdout, and SIGTERM, the parent's death
    or the end of stdin make `is_gone` true. Ctrl-C is the parent's to handle."""

    def __init__(self) -> None:
        self.is_gone = False
        self._rest = b""
        self._stdin = sys.stdin.fileno()
        self._events = os.dup(sys.stdout.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # PJSIP prints before its log level applies
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._leave())
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:  # it died before we asked to be told
            self._leave()

    def tell(self, event: dict[str, Any]) -> None:
        """Send one event; any thread may."""
        try:
            os.write(self._events, json.dumps(event).encode() + b"\n")
        except BrokenPipeError:
            self._leave()

    def first_command(self) -> dict[str, Any]:
        """Wait for the first line."""
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._stdin, 1)
            if not byte:
                sys.exit("the parent ended before it said who we are")
            line += byte
        os.set_blocking(self._stdin, False)
        return dict(json.loads(line))

    def commands(self) -> list[dict[str, Any]]:
        """What has arrived by now; never waits."""
        try:
            while chunk := os.read(self._stdin, 1 << 16):
                self._rest += chunk
            self._leave()
        except BlockingIOError:
            pass
        *lines, self._rest = self._rest.split(b"\n")
        return [json.loads(line) for line in lines]

    def _leave(self) -> None:
        self.is_gone = True
