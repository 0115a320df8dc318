"""How an agent stands, in the words of the line."""

from ari_app.acd.agents import MISSED, Agent
from ari_app.acd.shown import ShownState, shown
from dialplan.loader import Dialplan
from ivr.conversation import Prompt

_STATES = {
    ShownState.LOGGED_OUT: "agent.logged_out",
    ShownState.AWAY: "agent.away",
    ShownState.READY: "agent.ready",
    ShownState.RINGING: "agent.busy",
    ShownState.TALKING: "agent.busy",
    ShownState.HOLD: "agent.busy",
    ShownState.WRAP_UP: "agent.wrap_up",
    ShownState.RESTING: "agent.ready",
}


def standing(name: str, agent: Agent | None, dialplan: Dialplan, language: str) -> tuple[Prompt, ...]:
    """Whose telephone it is, what he is at, and whether he pauses (after it)."""
    card, what = dialplan.agents.get(name), shown(agent)
    told = [Prompt("agent.who", language, {"name": card.name if card is not None else name})]
    if what.state is not ShownState.PAUSED:
        told.append(Prompt(_STATES[what.state], language))
    if what.pause is not None:
        told.append(pausing(what.pause, dialplan, language))
    return tuple(told)


def pausing(reason: str | None, dialplan: Dialplan, language: str) -> Prompt:
    """That he pauses, and why, as far as the dialplan knows."""
    if reason == MISSED:
        return Prompt("agent.missed", language)
    pause = dialplan.pauses.get(reason or "")
    if pause is None:
        return Prompt("agent.paused", language)
    return Prompt("agent.paused_for", language, {"reason": pause.name[language]})
