"""What groups.yaml says of groups and agents, as the distribution of calls needs it."""

from collections.abc import Mapping
from datetime import timedelta

from ari_app.acd import rules as acd
from dialplan.groups import AgentCard, Group


def rules_of(groups: Mapping[str, Group]) -> dict[str, acd.GroupRules]:
    return {name: _rules(group) for name, group in groups.items()}


def cards_of(agents: Mapping[str, AgentCard]) -> dict[str, acd.AgentCard]:
    return {name: acd.AgentCard(dict(card.skills), card.prefers) for name, card in agents.items()}


def _rules(group: Group) -> acd.GroupRules:
    further = (acd.Tier(tier.agents, timedelta(seconds=tier.after_s)) for tier in group.tiers)
    return acd.GroupRules(
        tiers=(acd.Tier(group.agents), *further),
        wrap_up=timedelta(seconds=group.wrap_up_s),
        strategy=acd.Strategy(group.strategy),
        missed_rings=group.missed_rings,
        wants_agent=timedelta(seconds=group.last_agent_s),
        relax_skills=timedelta(seconds=group.relax_skills_s),
        overflows=tuple(
            acd.Overflow(
                one.group,
                timedelta(seconds=one.after_s) if one.after_s is not None else None,
                one.waiting_per_agent,
                bool(one.nobody),
            )
            for one in group.overflow
        ),
        most_waiting=group.limit.waiting if group.limit is not None else None,
    )
