"""What goes wrong with telephones.

PhoneError
├── PhoneUnavailable    the telephone does not start, was refused by the registrar, or died
└── CallFailed          the call was not answered: busy, rejected, nobody there
"""

from ari_app.phones.hangup import cause_name


class PhoneError(Exception):
    """Something is wrong with a telephone or with a call it placed."""


class PhoneUnavailable(PhoneError):
    """The telephone does not start, was refused by the registrar, or died."""


class CallFailed(PhoneError):
    """The call was not answered; `status` is the SIP status (0: no answer in time), `cause` the Q.850 cause."""

    def __init__(self, status: int, cause: int) -> None:
        what = f"SIP {status}, {cause_name(cause)}" if status else "no answer"
        super().__init__(f"the call was not answered: {what}")
        self.status = status
        self.cause = cause
