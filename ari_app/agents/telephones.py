"""Where an agent is rung: at an account of his with us, or at a telephone elsewhere, over the trunk."""

from collections.abc import Mapping

from ari_app.exchange import Exchange
from dialplan.groups import AgentCard
from tickets.numbers import normalise


def endpoint_of(exchange: Exchange, agent: str) -> str:
    """What Asterisk dials. A telephone elsewhere was allowed by who wrote it into groups.yaml."""
    card = exchange.editions.current.dialplan.agents.get(agent)
    if card is None or card.telephone is None:
        return f"PJSIP/{exchange.registrations.to_ring(agent)}"
    if card.telephone.startswith("sip"):
        return f"PJSIP/trunk/{card.telephone}"
    return exchange.dialling.endpoint(normalise(card.telephone, exchange.settings.tickets.region))


def agents_elsewhere(agents: Mapping[str, AgentCard]) -> frozenset[str]:
    """Those whose telephones never register with us."""
    return frozenset(name for name, card in agents.items() if card.telephone is not None)
