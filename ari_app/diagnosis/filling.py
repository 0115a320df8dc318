"""What is known of a caller, put into a probe. A value that does not fit is never used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ari_app.diagnosis.verdict import Finding
from dialplan.placeholders import GAP, placeholders_of
from dialplan.probes import Probe

_ANY = r"[A-Za-z0-9._-]{1,64}"
_LONGEST = 256
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,252}")
_SHOWN = 40


class ValueRefused(Exception):
    """The probe is not run: the value of a placeholder is not known, or does not fit."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.found)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Filling:
    """`values` by placeholder, `forms` are the regular expressions that they must match.

    Whatever the forms say, a value never begins with a hyphen (it would be an option) or a dot, never holds `..` (it
    would lead elsewhere) or what cannot be printed, and is no longer than 256 characters.
    """

    values: Mapping[str, str]
    forms: Mapping[str, str]

    def url(self, template: str) -> str:
        """Raises ValueRefused, as all of these."""
        return GAP.sub(lambda gap: quote(self._value(gap[1]), safe=""), template)

    def host(self, template: str) -> str:
        host = GAP.sub(lambda gap: self._value(gap[1]), template)
        if not _HOST.fullmatch(host) or ".." in host:
            raise ValueRefused(Finding("unknown", "no_host", {"host": host[:_SHOWN]}))
        return host

    def arguments(self, templates: tuple[str, ...]) -> tuple[str, ...]:
        """Each value is a whole one."""
        return tuple(GAP.sub(lambda gap: self._value(gap[1]), template) for template in templates)

    def lacks(self, probe: Probe) -> tuple[str, ...]:
        """The placeholders of `probe` that have no value that fits."""
        return tuple(name for name in placeholders_of(probe) if self._refusal(name) is not None)

    def _value(self, name: str) -> str:
        refusal = self._refusal(name)
        if refusal is not None:
            raise ValueRefused(refusal)
        return self.values[name]

    def _refusal(self, name: str) -> Finding | None:
        value = self.values.get(name, "")
        if not value:
            return Finding("unknown", "value_missing", {"placeholder": name})
        if len(value) <= _LONGEST and _is_harmless(value) and re.fullmatch(self.forms.get(name, _ANY), value, re.ASCII):
            return None
        return Finding("unknown", "value_unfit", {"placeholder": name, "value": ascii(value[:_SHOWN])})


def _is_harmless(value: str) -> bool:
    return value[0] not in "-." and ".." not in value and value.isprintable()
