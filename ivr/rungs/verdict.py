"""Is what came of a call what its scenario expects?"""

from ivr.rungs.result import Outcome
from ivr.scenario import Scenario


def difference(scenario: Scenario, outcome: Outcome, prompts: tuple[str, ...]) -> str | None:
    """The first thing that is not as the scenario expects, with its place; None when all is."""
    return _of_decision(scenario, outcome) or _of_ticket(scenario, outcome) or _of_prompts(scenario, prompts)


def _of_decision(scenario: Scenario, outcome: Outcome) -> str | None:
    expected, got = scenario.script.expect.decision, outcome.decision
    place = scenario.place_of_expectation("decision")
    if expected is None:
        return None
    if expected == "none":
        return f"no decision was expected, but there is {got} ({place})" if got is not None else None
    wanted = expected.model_dump(exclude_none=True)
    if got is None or any(got.get(key) != value for key, value in wanted.items()):
        return f"decision {wanted} was expected, not {got} ({place})"
    return None


def _of_ticket(scenario: Scenario, outcome: Outcome) -> str | None:
    expected, ticket = scenario.script.expect, outcome.ticket
    if expected.category is not None and ticket.category != expected.category:
        place = scenario.place_of_expectation("category")
        return f"category '{expected.category}' was expected, not '{ticket.category}' ({place})"
    if expected.ticket is None:
        return None
    place = scenario.place_of_expectation("ticket")
    if expected.ticket.status is not None and ticket.status != expected.ticket.status:
        return f"ticket status '{expected.ticket.status}' was expected, not '{ticket.status}' ({place})"
    for name, value in expected.ticket.fields.items():
        if ticket.fields.get(name) != value:
            return f"'{value}' was expected for '{name}' in the ticket, not '{ticket.fields.get(name)}' ({place})"
    return None


def _of_prompts(scenario: Scenario, prompts: tuple[str, ...]) -> str | None:
    left = iter(prompts)
    for key in scenario.script.expect.hears:
        if key not in left:  # the iterator goes on behind each find, so order counts
            place = scenario.place_of_expectation("hears")
            return f"'{key}' was not heard in its place among {', '.join(prompts)} ({place})"
    for key in scenario.script.expect.never_hears:
        if key in prompts:
            return f"'{key}' was heard ({scenario.place_of_expectation('never_hears')})"
    return None
