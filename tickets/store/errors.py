"""What can go wrong with the store.

StoreError
├── DatabaseUnavailable   locked for too long, unreachable, full, broken
├── SchemaUnknown         the database was written by a newer release
├── TicketNotFound
├── TransitionRefused     the ticket may not take that status
└── AccountError          no such user, or the name is taken
"""


class StoreError(Exception):
    """Something is wrong between us and the database; the text is fit for an operator."""


class DatabaseUnavailable(StoreError):
    pass


class SchemaUnknown(StoreError):
    pass


class TicketNotFound(StoreError):
    def __init__(self, number: str) -> None:
        super().__init__(f"there is no ticket {number}")


class TransitionRefused(StoreError):
    pass


class AccountError(StoreError):
    pass
