"""Why a talk does not do what an agent wants."""


class TalkError(Exception):
    """Base of these; the text is for the agent: why not, and what can be done.

    TalkError
    ├── NotTalking      he has no caller (any more)
    ├── NotNow          the talk is in a state that forbids it
    ├── UnknownTarget   nobody and nothing is called so
    └── Unreachable     the target is not there, does not answer, or may not be dialled
    """


class NotTalking(TalkError): ...


class NotNow(TalkError): ...


class UnknownTarget(TalkError): ...


class Unreachable(TalkError): ...
