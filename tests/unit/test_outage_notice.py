"""Whom an outage concerns."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.loader import Dialplan, load_dialplan
from dialplan.slots import System
from ivr.desk import ActiveOutage
from ivr.outage_notice import Concern, concerns, outage_to_ask, outages_to_tell, system_named

ASK, TELL, SILENT = Concern.ASK, Concern.TELL, Concern.SILENT
SYSTEMS = {
    "vpn": ("VPN", "network", ("the v p n", "remote access")),
    "wifi": ("Wi-Fi", "network", ("wireless",)),
    "outlook": ("Outlook", "email", ("my mail program",)),
    "outlook-mobile": ("Outlook Mobile", "email", ()),
    "sap": ("SAP", "software", ("s a p",)),
}
SITES = ("berlin", "munich", "shanghai")
CATEGORIES = ("network", "email", "software", "other")


def company() -> Dialplan:
    shipped = load_dialplan()
    systems = {
        name: System(name={"en": called}, category=category, phrases={"en": phrases})
        for name, (called, category, phrases) in SYSTEMS.items()
    }
    return replace(shipped, menus=shipped.menus.model_copy(update={"systems": systems}))


PLAN = company()


def outage(systems: str = "", sites: str = "", number: int = 1) -> ActiveOutage:
    return ActiveOutage(number, frozenset(systems.split()), frozenset(sites.split()), {"en": "Something is down."})


def cases() -> Iterator[tuple[str, str, str | None, str | None, str | None, Concern]]:
    """Systems and sites of the outage; site, system and category of the caller; what he hears."""
    yield "vpn", "berlin", "munich", "vpn", "network", SILENT
    yield "", "berlin", "munich", None, "other", SILENT
    yield "vpn", "berlin", "berlin", None, None, ASK
    yield "", "berlin munich", "munich", None, None, ASK
    yield "vpn", "berlin", None, None, None, SILENT
    yield "", "", None, None, None, TELL
    yield "", "", "berlin", None, None, TELL
    yield "vpn", "", "berlin", None, None, SILENT
    yield "vpn", "berlin", None, "vpn", "network", ASK
    yield "vpn", "", "munich", "vpn", None, ASK
    yield "vpn", "berlin", "berlin", "wifi", "network", SILENT
    yield "vpn", "berlin", "berlin", None, "network", ASK
    yield "vpn sap", "", None, None, "software", ASK
    yield "vpn", "berlin", "berlin", None, "email", SILENT
    yield "", "", None, None, "email", ASK
    yield "", "berlin", "berlin", "sap", "software", ASK
    yield "", "berlin", None, "sap", "software", SILENT
    yield "gone-from-the-dialplan", "", None, None, "network", SILENT


@pytest.mark.parametrize(("systems", "sites", "site", "system", "category", "hears"), list(cases()))
def test_what_a_caller_hears(
    systems: str, sites: str, site: str | None, system: str | None, category: str | None, hears: Concern
) -> None:  # 001-13, 001-14, D2
    assert concerns(outage(systems, sites), site, system, category, PLAN) is hears


names = st.frozensets(st.sampled_from(sorted(SYSTEMS)))
places = st.frozensets(st.sampled_from(SITES))
outages = st.builds(lambda number, systems, sites: ActiveOutage(number, systems, sites, {}), st.integers(1, 9), names,
                    places)  # fmt: skip
site_known = st.none() | st.sampled_from(SITES)
said = st.none() | st.sampled_from(sorted(SYSTEMS))
kind = st.none() | st.sampled_from(CATEGORIES)


@given(outages, site_known, said, kind)
def test_who_is_elsewhere_never_hears_of_it(
    down: ActiveOutage, site: str | None, system: str | None, category: str | None
) -> None:  # D2
    if site is not None and down.sites and site not in down.sites:
        assert concerns(down, site, system, category, PLAN) is SILENT


@given(outages, site_known, said, kind)
def test_nobody_is_asked_without_a_link(
    down: ActiveOutage, site: str | None, system: str | None, category: str | None
) -> None:  # D2
    if concerns(down, site, system, category, PLAN) is ASK:
        at_his_site = site in down.sites
        named = system in down.systems
        same_kind = system is None and category in {SYSTEMS[name][1] for name in down.systems}
        everything = not down.systems and not down.sites
        assert at_his_site or named or same_kind or everything


@given(outages, site_known, said, kind)
def test_one_sentence_only_for_the_whole_company_and_only_at_first(
    down: ActiveOutage, site: str | None, system: str | None, category: str | None
) -> None:  # 001-13
    told = concerns(down, site, system, category, PLAN) is TELL
    assert told == (not down.sites and not down.systems and system is None and category is None)


@given(outages, site_known, said, kind)
def test_who_names_another_system_is_not_asked(
    down: ActiveOutage, site: str | None, system: str | None, category: str | None
) -> None:  # D2
    if system is not None and down.systems and system not in down.systems:
        assert concerns(down, site, system, category, PLAN) is SILENT


@given(st.lists(outages, unique_by=lambda down: down.id), st.frozensets(st.integers(1, 9)), site_known, said, kind)
def test_an_outage_is_asked_once(
    down: list[ActiveOutage], declined: frozenset[int], site: str | None, system: str | None, category: str | None
) -> None:  # D2
    asked = outage_to_ask(down, declined, site, system, category, PLAN)
    open_ones = [one for one in down if concerns(one, site, system, category, PLAN) is ASK and one.id not in declined]
    assert (asked is None) == (open_ones == [])
    if asked is not None:
        assert asked in open_ones
        assert outage_to_ask([asked], {*declined, asked.id}, site, system, category, PLAN) is None


def test_the_most_exact_outage_is_asked_first() -> None:
    everything, network, vpn = outage("", "berlin", 1), outage("wifi", "", 2), outage("vpn", "", 3)
    down = [everything, network, vpn]
    assert outage_to_ask(down, (), "berlin", "vpn", "network", PLAN) == vpn
    assert outage_to_ask(down, {3}, "berlin", "vpn", "network", PLAN) == everything
    assert outage_to_ask(down, {3, 1}, "berlin", "vpn", "network", PLAN) is None
    assert outage_to_ask(down, (), None, None, "network", PLAN) == vpn


def test_what_concerns_all_is_told_oldest_first() -> None:  # 001-13
    down = [outage("", "", 3), outage("vpn", "", 2), outage("", "", 1)]
    assert [told.id for told in outages_to_tell(down, "berlin", PLAN)] == [1, 3]


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("VPN", "vpn"),
        ("V P N", "vpn"),
        ("Remote Access", "vpn"),
        ("Wi-Fi", "wifi"),
        ("Wifi", "wifi"),
        ("Outlook", "outlook"),
        ("Outlook Mobile", "outlook-mobile"),
        ("SAP", "sap"),
        ("SAS", None),
        ("Windows", None),
        ("Active Directory", None),
        ("", None),
        ("—", None),
    ],
)
def test_the_system_of_an_article_is_found_in_the_dialplan(text: str, system: str | None) -> None:
    assert system_named(text, PLAN) == system


def test_a_dialplan_without_systems_names_none() -> None:
    plain = replace(PLAN, menus=PLAN.menus.model_copy(update={"systems": {}}))
    assert system_named("VPN", plain) is None
