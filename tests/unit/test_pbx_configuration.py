"""The rendered configuration and its passwords, without starting anything."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ari_app.pbx.configuration import configure
from ari_app.pbx.credentials import ensure_credentials, load_credentials
from ari_app.pbx.errors import AsteriskMissing, ConfigurationRejected
from ari_app.pbx.installation import Installation
from ari_app.pbx.settings import PbxSettings

INSTALLATION = Installation(("/opt/asterisk",), Path("/opt/modules"), Path("/opt/data"), (22, 10, 1), "installed")


def render(settings: PbxSettings, folder: Path, name: str) -> str:
    configure(settings, INSTALLATION, folder)
    return (folder / "etc" / name).read_text()


# 000-3
def test_everything_listens_on_loopback_unless_settings_say_otherwise(tmp_path: Path) -> None:
    configure(PbxSettings(), INSTALLATION, tmp_path / "a")
    configure(PbxSettings(bind="192.0.2.7", control_bind="192.0.2.8"), INSTALLATION, tmp_path / "b")
    bound = {
        folder: [
            match
            for name in ("pjsip.conf", "http.conf", "manager.conf")
            for match in re.findall(r"^bind(?:addr)? = (\S+)", (tmp_path / folder / "etc" / name).read_text(), re.M)
        ]
        for folder in ("a", "b")
    }
    assert bound["a"] == ["127.0.0.1:5060", "127.0.0.1", "127.0.0.1"]
    assert bound["b"] == ["192.0.2.7:5060", "192.0.2.8", "192.0.2.8"]


def test_numbers_trunk_and_agents_come_from_the_settings(tmp_path: Path) -> None:
    settings = PbxSettings(numbers=("4711", "_49X."), trunk_addresses=("192.0.2.1", "198.51.100.0/24"), agents=2)
    extensions = render(settings, tmp_path, "extensions.conf")
    pjsip = (tmp_path / "etc/pjsip.conf").read_text()
    of_agents, of_all = extensions.split("[hotline]")
    assert "exten => _*X!,1,Stasis(hotline,${EXTEN}," in of_agents.split("[from-agent]")[1]
    assert re.findall(r"^exten => (\S+),1,Stasis\((.*)\)$", of_all, re.M) == [
        ("4711", "hotline,${EXTEN},${CHANNEL(pjsip,call-id)}"),
        ("_49X.", "hotline,${EXTEN},${CHANNEL(pjsip,call-id)}"),
    ]
    assert re.findall(r"^match = (\S+)", pjsip, re.M) == ["192.0.2.1", "198.51.100.0/24"]
    assert set(re.findall(r"^\[(agent\d+)\]", pjsip, re.M)) == {"agent1", "agent2"}
    passwords = load_credentials(tmp_path).agent_passwords
    assert re.findall(r"^password = (\S+)", pjsip, re.M) == [
        passwords[account] for account in ("agent1", "agent2", "agent1-web", "agent2-web")
    ]


# 000-6
def test_passwords_are_made_once_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    with pytest.raises(AsteriskMissing, match="hotline up"):
        load_credentials(tmp_path)
    first = ensure_credentials(tmp_path, ("agent1",))
    more = ensure_credentials(tmp_path, ("agent1", "agent2"))
    assert more.ari_password == first.ari_password
    assert more.agent_passwords["agent1"] == first.agent_passwords["agent1"]
    every = [more.ari_password, more.ami_password, *more.agent_passwords.values()]
    assert len(set(every)) == 4
    assert min(map(len, every)) >= 20
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert set(json.loads((tmp_path / "secrets.json").read_text())) == {
        "ari_password",
        "ami_password",
        "agent_passwords",
    }


def test_the_run_folder_is_closed_even_when_it_was_open(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "etc").mkdir(parents=True, mode=0o755)
    (run / "etc/pjsip.conf").write_text("of an earlier version")
    (run / "etc/pjsip.conf").chmod(0o644)
    configure(PbxSettings(), INSTALLATION, run)
    assert run.stat().st_mode & 0o777 == 0o700
    assert (run / "etc/pjsip.conf").stat().st_mode & 0o777 == 0o600
    assert "[trunk]" in (run / "etc/pjsip.conf").read_text()


@pytest.mark.parametrize(
    ("settings", "folder", "complaint"),
    [
        (PbxSettings(), "x" * 100, "too long for a socket"),
        (PbxSettings(bind="0.0.0.0", external_address="198.51.100.1"), "run", "the one address"),  # noqa: S104
        (replace(PbxSettings(), rtp_first_port=20000, rtp_last_port=20001), "run", "no room for a call"),
    ],
)
def test_what_cannot_work_is_refused_with_the_remedy(
    tmp_path: Path, settings: PbxSettings, folder: str, complaint: str
) -> None:
    with pytest.raises(ConfigurationRejected, match=complaint):
        configure(settings, INSTALLATION, tmp_path / folder)


def test_a_checkout_without_templates_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRejected, match="checkout"):
        configure(PbxSettings(), INSTALLATION, tmp_path / "run", templates=tmp_path)
