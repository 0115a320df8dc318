"""What can go wrong between the controller and who asks it.

ControlError
├── ControllerAway    nobody answers at the socket
└── Refused           the controller does not do it; `code` says why in a word, the text for people
"""


class ControlError(Exception):
    pass


class ControllerAway(ControlError):
    pass


class Refused(ControlError):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
