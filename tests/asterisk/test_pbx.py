"""Asterisk as a part of the product: it boots with our configuration and leaves nothing behind."""

import re
import socket
from pathlib import Path

import httpx
import pytest
from real_asterisk import RealAsterisk, free_port, wait_until

from ari_app.pbx.asterisk import Asterisk
from ari_app.pbx.configuration import configure
from ari_app.pbx.credentials import load_credentials
from ari_app.pbx.errors import AsteriskFailed, PortInUse
from ari_app.pbx.installation import Installation
from ari_app.pbx.settings import PbxSettings


def own_settings() -> PbxSettings:
    return PbxSettings(
        sip_port=free_port(socket.SOCK_DGRAM),
        http_port=free_port(socket.SOCK_STREAM),
        ami_port=free_port(socket.SOCK_STREAM),
        agi_port=free_port(socket.SOCK_STREAM),
        agents=2,
        boot_timeout_s=20,
    )


# 000-3
def test_every_module_runs_and_nothing_is_complained_about(asterisk: RealAsterisk) -> None:
    required = re.findall(
        r"^require = (\S+)", (asterisk.configuration.run_folder / "etc/modules.conf").read_text(), re.M
    )
    running = dict(re.findall(r"^(\S+\.so)\s.*\s(Running|Not Running)\s", asterisk.cli("module show"), re.M))
    assert len(required) > 60
    assert {module: running.get(module) for module in required} == dict.fromkeys(required, "Running")
    boot, _, _ = asterisk.log.read_text().partition("Asterisk Ready.")
    assert re.findall(r".*(?:ERROR|WARNING|[Dd]eclined|Could not load|Unable).*", boot) == []


# 000-3
def test_endpoints_and_fallback_queue_are_there(asterisk: RealAsterisk) -> None:
    endpoints = re.findall(r"Endpoint:  (\S+?)(?:/\S+)?\s", asterisk.cli("pjsip show endpoints"))
    assert set(endpoints) >= {"trunk", *asterisk.settings.telephones}
    assert asterisk.cli("queue show everybody").count("Local/agent") == len(asterisk.settings.agent_names)
    assert asterisk.cli("moh show files").count("File:") >= 1


# 000-1
def test_ari_answers_with_the_generated_password_only(asterisk: RealAsterisk) -> None:
    url = f"{asterisk.ari_url}/asterisk/info"
    assert httpx.get(url, auth=asterisk.ari_auth).json()["system"]["version"].startswith("22.")
    assert httpx.get(url, auth=("hotline", "secret")).status_code == 401


# 000-24
async def test_a_port_in_use_is_named_with_its_holder(installation: Installation, tmp_path: Path) -> None:
    settings = own_settings()
    asterisk = Asterisk(configure(settings, installation, tmp_path / "run"), tmp_path / "log")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", settings.sip_port))
        with pytest.raises(PortInUse) as error:
            await asterisk.start()
    assert f"UDP port {settings.sip_port} on 127.0.0.1 (pbx.sip_port) is in use by" in str(error.value)
    assert "(pid " in str(error.value)


async def test_stop_leaves_no_process_no_port_and_keeps_the_passwords(
    installation: Installation, tmp_path: Path
) -> None:
    configuration = configure(own_settings(), installation, tmp_path / "run")
    asterisk = Asterisk(configuration, tmp_path / "log")
    await asterisk.start()
    await asterisk.wait_booted()
    await asterisk.stop()
    assert wait_until(lambda: not Path(f"/proc/{asterisk.pid}").exists(), 0)
    await asterisk.start()  # checks its ports: all free again
    await asterisk.stop()
    assert configure(configuration.settings, installation, tmp_path / "run").credentials == configuration.credentials
    assert load_credentials(tmp_path / "run") == configuration.credentials


async def test_what_does_not_boot_says_why(installation: Installation, tmp_path: Path) -> None:
    configuration = configure(own_settings(), installation, tmp_path / "run")
    with (configuration.run_folder / "etc/modules.conf").open("a") as modules:
        modules.write("require = res_missing.so\n")
    asterisk = Asterisk(configuration, tmp_path / "log")
    await asterisk.start()
    with pytest.raises(AsteriskFailed, match=r"(?s)ended with code.*res_missing"):
        await asterisk.wait_booted()
    await asterisk.stop()
    assert wait_until(lambda: not Path(f"/proc/{asterisk.pid}").exists(), 30)


def test_nobody_else_can_read_the_run_folder(asterisk: RealAsterisk) -> None:
    run = asterisk.configuration.run_folder
    assert run.stat().st_mode & 0o777 == 0o700
    for path in [run / "secrets.json", *(run / "etc").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path
