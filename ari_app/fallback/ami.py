"""One connection to Asterisk's manager interface, with pyst2."""

from contextlib import suppress
from types import TracebackType
from typing import Self

from asterisk.manager import Manager, ManagerException, ManagerMsg

# pyst2 also writes to a connection that it has closed.
_BROKEN = (ManagerException, OSError, ValueError)


class AmiError(Exception):
    """Asterisk does not answer, or refuses the login."""


class Ami:
    """A context that is logged in. Not thread-safe; every method blocks for a moment."""

    def __init__(self, host: str, port: int, user: str, secret: str) -> None:
        self._address = (host, port)
        self._login = (user, secret)
        self._manager = Manager()

    def __enter__(self) -> Self:
        """
        Raises:
            AmiError: nobody is there.
        """
        # pyst2 wakes who waits for an answer when the connection ends, but not one who began to wait a moment too late.
        self._manager._reswaiting.append(1)
        try:
            self._manager.connect(*self._address)
            self._manager.login(*self._login)
        except _BROKEN as error:
            self.__exit__(None, None, None)
            raise AmiError(f"Asterisk's manager interface does not take us: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(*_BROKEN):
            self._manager.close()

    @property
    def is_connected(self) -> bool:
        return bool(self._manager.connected())

    def act(self, action: str, **headers: str) -> str | None:
        """None when it was done, else why not.

        Raises:
            AmiError: the connection is gone.
        """
        answer = self._send({"Action": action, **headers})
        return None if answer.get_header("Response") != "Error" else str(answer.get_header("Message"))

    def queue_status(self) -> list[dict[str, str]]:
        """The events with which Asterisk answers QueueStatus, by their headers.

        pyst2 hands these, and no other list's, over as one answer with the lines as they came.

        Raises:
            AmiError: the connection is gone; or Asterisk, just started, has no app_queue yet.
        """
        answer = self._send({"Action": "QueueStatus"})
        if answer.get_header("Response") == "Error":
            raise AmiError(f"QueueStatus was refused: {answer.get_header('Message')}")
        events = "".join(answer.response).split("\r\n\r\n")
        return [dict(_header(line) for line in event.split("\r\n") if ":" in line) for event in events]

    def _send(self, headers: dict[str, str]) -> ManagerMsg:
        try:
            return self._manager.send_action(headers)
        except _BROKEN as error:
            raise AmiError(f"{headers['Action']} was not answered: {error}") from error


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
