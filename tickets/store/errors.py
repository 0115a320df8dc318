"""What can go wrong with the store.

StoreError
├── DatabaseUnavailable   locked for too long, unreachable, full, broken
├── SchemaUnknown         the database was written by a newer release
├── TicketNotFound
├── PersonNotFound
├── TransitionRefused     the ticket may not take that status
├── EditConflict          somebody else has changed the same field meanwhile
├── OutageNotFound
├── OutageEnded           nothing about it can be changed any more
└── AccountError          about a user
    ├── UserNotFound
    ├── NameTaken
    ├── NameUnfit
    ├── AgentTaken        the agent account is somebody else's
    └── LastAdmin         nobody could let others in any more
"""

from collections.abc import Mapping


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


class EditConflict(StoreError):
    """`now` is what stands in the fields that were changed meanwhile, by name."""

    def __init__(self, number: str, now: Mapping[str, str]) -> None:
        super().__init__(f"ticket {number} was changed meanwhile: {', '.join(now)}")
        self.now = now


class OutageNotFound(StoreError):
    def __init__(self, outage_id: int) -> None:
        super().__init__(f"there is no outage {outage_id}")


class OutageEnded(StoreError):
    def __init__(self, outage_id: int) -> None:
        super().__init__(f"outage {outage_id} has ended; declare a new one")


class AccountError(StoreError):
    """`about` is the user, or the agent account, that it is about."""

    def __init__(self, text: str, about: str) -> None:
        super().__init__(text)
        self.about = about


class UserNotFound(AccountError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no user {name}", name)


class NameTaken(AccountError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is a user {name} already", name)


class NameUnfit(AccountError):
    def __init__(self, name: str) -> None:
        super().__init__("a user needs a name of 1 to 80 characters, without a slash", name)


class AgentTaken(AccountError):
    def __init__(self, agent: str, owner: str) -> None:
        super().__init__(f"the agent account {agent} is {owner}'s", agent)


class LastAdmin(AccountError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the last admin: make somebody else one first", name)
