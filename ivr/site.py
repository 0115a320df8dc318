"""At which site a caller is."""

from dialplan.schema import MenusFile
from ivr.desk import KnownPerson


def site_of(person: KnownPerson | None, number: str, menus: MenusFile) -> str | None:
    """As the directory knows, else by the beginning of his number."""
    if person is not None and person.site is not None:
        return person.site
    beginnings = ((begin, name) for name, site in menus.sites.items() for begin in site.numbers)
    fitting = [(len(begin), name) for begin, name in beginnings if number.startswith(begin)]
    return max(fitting)[1] if fitting else None
