"""Which telephones of agents are registered with us now."""

from ari_app.pbx.settings import browser_of


class Registrations:
    """By account; `Attendance` keeps it.

    Of an agent's two the one in the browser is rung: it is there only while he has the page open that shows him who
    calls, whereas a telephone on a desk is registered day and night.
    """

    def __init__(self) -> None:
        self._addresses: dict[str, set[str]] = {}

    def at(self, account: str) -> set[str]:
        """The addresses from which it is registered: one, or two for the moment in which one replaces the other."""
        return self._addresses.setdefault(account, set())

    def has_any(self, agent: str) -> bool:
        return any(map(self.at, accounts_of(agent)))

    def to_ring(self, agent: str) -> str:
        """The account that is rung; that on the desk if none is registered."""
        browser, desk = accounts_of(agent)
        return browser if self.at(browser) else desk


def accounts_of(agent: str) -> tuple[str, str]:
    """Those under which he may register: in the browser, on the desk."""
    return browser_of(agent), agent
