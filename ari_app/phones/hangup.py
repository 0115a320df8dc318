"""Why a call ended, as the telephone network counts it: Q.850 cause numbers."""

import re

NORMAL_CLEARING = 16
NO_USER_RESPONDING = 18
INTERWORKING = 127

# RFC 3398, section 8.2.6.1: the cause that a gateway gives for a SIP status.
_CAUSE_OF_STATUS = {
    400: 41, 401: 21, 402: 21, 403: 21, 404: 1, 405: 63, 406: 79, 407: 21, 408: 102, 410: 22, 415: 79, 480: 18, 481: 41,
    482: 25, 483: 25, 484: 28, 485: 1, 486: 17, 500: 41, 501: 79, 502: 38, 503: 41, 504: 102, 600: 17, 603: 21, 604: 1,
}  # fmt: skip

_NAMES = {
    1: "unallocated number", 16: "normal clearing", 17: "busy", 18: "no user responding", 19: "no answer",
    21: "rejected", 34: "no circuit available", 38: "network out of order", 41: "temporary failure",
    102: "recovery on timer expiry", 127: "interworking",
}  # fmt: skip

_REASON = re.compile(r"^Reason\s*:\s*Q\.850\s*;[^\r\n]*?cause\s*=\s*(\d+)", re.IGNORECASE | re.MULTILINE)


def reason_cause(message: str) -> int | None:
    """The Q.850 cause that a SIP message states in its Reason header (RFC 3326), if it states one."""
    found = _REASON.search(message)
    return int(found[1]) if found else None


def cause_of_status(status: int) -> int:
    """The Q.850 cause for a final SIP status; a call that was answered or taken back ended normally."""
    if status < 300 or status == 487:
        return NORMAL_CLEARING
    return _CAUSE_OF_STATUS.get(status, INTERWORKING)


def cause_name(cause: int) -> str:
    """What a person calls this Q.850 cause."""
    return _NAMES.get(cause, f"cause {cause}")
