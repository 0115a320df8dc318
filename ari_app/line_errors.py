"""What can go wrong with the line as a whole. Every message says what to do about it.

LineError
├── LineBusy            another `hotline up` or `hotline demo` runs in this state folder
├── LineNotRunning      none runs, where one is needed
├── StateUnwritable     the state folder cannot be written
├── DatabaseUnusable    the database cannot be opened
├── CertificateUnusable  the pages cannot be served by https
├── ContentBroken       the dialplan or the articles have mistakes; all of them are told with their places
└── ChildFailed         Asterisk, the controller or the web application did not come up; with the end of its log
"""


class LineError(Exception):
    """Base of these errors."""


class LineBusy(LineError):
    pass


class LineNotRunning(LineError):
    pass


class StateUnwritable(LineError):
    pass


class DatabaseUnusable(LineError):
    pass


class CertificateUnusable(LineError):
    pass


class ContentBroken(LineError):
    pass


class ChildFailed(LineError):
    pass
