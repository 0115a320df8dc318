"""Which callers an outage concerns: pure rules on what is known of a caller and of his matter.

A caller is only asked where something links him to the outage: his site, or what he said. Who is known to be
elsewhere never hears of it.

| outage                  | his site            | he said                          | he hears                       |
|-------------------------|---------------------|----------------------------------|--------------------------------|
| at sites                | another             | anything                         | nothing                        |
| at sites                | one of them         | nothing yet                      | the notice, before the menu    |
| at sites                | unknown             | nothing yet                      | nothing                        |
| everywhere, all systems | any                 | nothing yet                      | one sentence with the greeting |
| everywhere, some        | any                 | nothing yet                      | nothing                        |
| of some systems         | fits, or is unknown | one of these systems             | the notice                     |
| of some systems         | fits, or is unknown | another system                   | nothing                        |
| of some systems         | fits, or is unknown | only the category of one of them | the notice                     |
| of some systems         | fits, or is unknown | only another category            | nothing                        |
| of all systems          | fits                | anything                         | the notice                     |
| of all systems at sites | unknown             | anything                         | nothing                        |

A site fits where the outage is at his site, or everywhere. "The notice" is the question whether that is why he calls;
who has said no to an outage is not asked about it again.
"""

import re
from collections.abc import Collection, Iterator
from enum import Enum, auto

from rapidfuzz import fuzz

from dialplan.loader import Dialplan
from dialplan.slots import System
from ivr.desk import ActiveOutage

_SAME_NAME = 85.0
"""The least similarity (0…100) of two names of one system: "Wi-Fi" and "wifi", not "Outlook" and "Outlook Mobile"."""


class Concern(Enum):
    ASK = auto()
    """He hears the notice and is asked whether that is why he calls."""
    TELL = auto()
    """He hears one short sentence and goes on."""
    SILENT = auto()


def concerns(
    outage: ActiveOutage, site: str | None, system: str | None, category: str | None, dialplan: Dialplan
) -> Concern:
    """What `outage` means to a caller of `site` (None: unknown) who has named `system` and `category`, as far as he
    has; all are names of the dialplan."""
    if outage.sites and site is not None and site not in outage.sites:
        return Concern.SILENT
    is_at_his_site = site in outage.sites
    if system is None and category is None:
        if is_at_his_site:
            return Concern.ASK
        return Concern.TELL if outage.is_company_wide and not outage.systems else Concern.SILENT
    if not outage.systems:
        return Concern.ASK if outage.is_company_wide or is_at_his_site else Concern.SILENT
    return Concern.ASK if _is_about(outage, system, category, dialplan) else Concern.SILENT


def outage_to_ask(
    outages: Collection[ActiveOutage],
    declined: Collection[int],
    site: str | None,
    system: str | None,
    category: str | None,
    dialplan: Dialplan,
) -> ActiveOutage | None:
    """The outage that he is to be asked about now, none of the `declined` (ids): the one that says most exactly what
    he has, the newest of several."""
    asked = [
        outage
        for outage in outages
        if outage.id not in declined and concerns(outage, site, system, category, dialplan) is Concern.ASK
    ]
    return max(
        asked, key=lambda outage: (system in outage.systems, bool(outage.systems), site in outage.sites, outage.id),
        default=None,
    )  # fmt: skip


def outages_to_tell(
    outages: Collection[ActiveOutage], site: str | None, dialplan: Dialplan
) -> tuple[ActiveOutage, ...]:
    """The outages of which a caller who has said nothing yet hears one sentence, oldest first."""
    told = (outage for outage in outages if concerns(outage, site, None, None, dialplan) is Concern.TELL)
    return tuple(sorted(told, key=lambda outage: outage.id))


def system_named(text: str, dialplan: Dialplan) -> str | None:
    """The system of the dialplan that `text` (as "Wi-Fi" in the head of an article) is a name of."""
    wanted = _bare(text)
    if not wanted:
        return None
    alike = {
        name: max(fuzz.ratio(wanted, _bare(called)) for called in _names(name, system))
        for name, system in dialplan.menus.systems.items()
    }
    best = max(alike, key=alike.__getitem__, default=None)
    return best if best is not None and alike[best] >= _SAME_NAME else None


def _is_about(outage: ActiveOutage, system: str | None, category: str | None, dialplan: Dialplan) -> bool:
    """A caller who named a system means that one; who named only a category may mean any system of it."""
    if system is not None:
        return system in outage.systems
    known = dialplan.menus.systems
    return any(known[name].category == category for name in outage.systems if name in known)


def _names(name: str, system: System) -> Iterator[str]:
    yield name
    yield from system.name.values()
    for phrases in system.phrases.values():
        yield from phrases


def _bare(text: str) -> str:
    """Letters and digits alone: "V P N", "vpn" and "VPN." are one word."""
    return re.sub(r"[\W_]+", "", text).casefold()
