"""What a caller says never becomes anything else than a value. # 002-4"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.diagnosis.filling import Filling, ValueRefused
from ari_app.diagnosis.runner import ProbeRunner
from ari_app.diagnosis.settings import DiagnosisSettings
from ari_app.diagnosis.verdict import Verdict
from dialplan.probes import ProbesFile

NASTY = [
    "'",
    '"; rm -rf /',
    "a;b",
    "$(id)",
    "`id`",
    "a|b",
    "a&b",
    "a b",
    "-rf",
    "--help",
    "a\nb",
    "a\r\nX-Header: b",
    "a\0b",
    "..",
    "../../etc/passwd",
    "a/../b",
    ".hidden",
    "a/b",
    "%2e%2e",
    "{person.email}",
    "a@b",
    "http://example.com",
    "раураl",  # Cyrillic
    "ａｂｃ",  # full width
    "١٢٣",  # digits, but not ours
    "a\u202eb",
    "a\u200bb",
    "x" * 65,
    "x" * 10_000,
]
PLAIN = ["10042", "berlin", "PC-10042", "jane_doe", "host.example.com", "x" * 64]
ECHO = "import sys; print(repr(sys.argv[1:]))"


def filling(value: str, forms: Mapping[str, str] | None = None) -> Filling:
    return Filling({"field.asset": value}, forms or {})


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_a_nasty_value_is_used_nowhere(value: str) -> None:
    fill = filling(value)
    for use in (
        lambda: fill.url("http://127.0.0.1/{field.asset}"),
        lambda: fill.host("{field.asset}"),
        lambda: fill.host("{field.asset}.example.com"),
        lambda: fill.arguments(("ls", "{field.asset}")),
    ):
        with pytest.raises(ValueRefused) as refused:
            use()
        assert refused.value.finding.state == "unknown"
        assert refused.value.finding.found == "value_unfit"
        assert refused.value.finding.facts["placeholder"] == "field.asset"
        assert len(str(refused.value.finding.facts["value"])) < 400


@pytest.mark.parametrize("value", PLAIN)
def test_a_plain_value_is_used_as_it_is(value: str) -> None:
    fill = filling(value)
    assert fill.url("http://127.0.0.1/a?b={field.asset}") == f"http://127.0.0.1/a?b={value}"
    assert fill.host("{field.asset}") == value
    assert fill.arguments(("ls", "{field.asset}")) == ("ls", value)


# Whatever the form of an admin lets through.
@pytest.mark.parametrize("value", ["-rf", "--", "..", "a/../b", ".a", "a\nb", "a\0b", "a\u202eb", "x" * 257])
def test_a_generous_form_lets_no_such_value_through(value: str) -> None:
    with pytest.raises(ValueRefused):
        filling(value, {"field.asset": r"(?s:.*)"}).arguments(("ls", "{field.asset}"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b&c=d", "a%20b%26c%3Dd"),
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("jane@example.com", "jane%40example.com"),
        ("%2e%2e", "%252e%252e"),
        ("杭州", "%E6%9D%AD%E5%B7%9E"),
    ],
)
def test_in_an_address_it_is_escaped(value: str, written: str) -> None:
    fill = filling(value, {"field.asset": ".*"})
    assert fill.url("https://example.com/{field.asset}/x") == f"https://example.com/{written}/x"


def test_a_form_must_fit_from_end_to_end() -> None:
    fill = filling("PC-10042x", {"field.asset": r"PC-\d{5}"})
    with pytest.raises(ValueRefused):
        fill.host("{field.asset}")
    assert filling("PC-10042", {"field.asset": r"PC-\d{5}|X"}).host("{field.asset}") == "PC-10042"


def test_digits_of_other_scripts_are_none() -> None:
    with pytest.raises(ValueRefused):
        filling("١٢٣", {"field.asset": r"\d+"}).host("{field.asset}")


def test_what_is_not_known_is_told() -> None:
    with pytest.raises(ValueRefused) as refused:
        Filling({}, {}).url("http://127.0.0.1/{person.site}")
    assert refused.value.finding.found == "value_missing"
    assert refused.value.finding.facts == {"placeholder": "person.site"}


async def run(command: list[str], value: str, forms: Mapping[str, str]) -> Verdict:
    probes = ProbesFile.model_validate(
        {"values": forms, "probes": {"it": {"name": {"en": "it"}, "command": {"run": command}}}}
    )
    runner = ProbeRunner(DiagnosisSettings(Path("secrets")), lambda: datetime.now(UTC))
    return await runner.run(probes, "it", {"field.asset": value}, "test")


@pytest.mark.parametrize("value", ["a b", "$(id)", "`id`", "a;id", "'a' \"b\"", "*", "~", "a|b", "$HOME"])
async def test_even_a_generous_form_makes_one_argument_of_it(value: str) -> None:
    """A real program is given it: no shell has looked at it."""
    verdict = await run([sys.executable, "-c", ECHO, "{field.asset}", "end"], value, {"field.asset": ".*"})
    assert (verdict.state, verdict.output.strip()) == ("ok", repr([value, "end"]))


async def test_a_value_that_does_not_fit_keeps_the_program_from_being_run(tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    verdict = await run([sys.executable, "-c", f"open({str(mark)!r}, 'w')", "{field.asset}"], "$(id)", {})
    assert (verdict.state, verdict.found) == ("unknown", "value_unfit")
    assert verdict.facts["value"] == "'$(id)'"
    assert not mark.exists()
