"""What can go wrong with the store.

StoreError
├── DatabaseUnavailable   locked for too long, unreachable, full, broken
├── SchemaUnknown         the database was written by a newer release
├── TicketNotFound
├── PersonNotFound
├── TransitionRefused     the ticket may not take that status
├── OutageNotFound
├── OutageEnded           nothing about it can be changed any more
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


class PersonNotFound(StoreError):
    pass


class TransitionRefused(StoreError):
    pass


class OutageNotFound(StoreError):
    def __init__(self, outage_id: int) -> None:
        super().__init__(f"there is no outage {outage_id}")


class OutageEnded(StoreError):
    def __init__(self, outage_id: int) -> None:
        super().__init__(f"outage {outage_id} has ended; declare a new one")


class AccountError(StoreError):
    pass
