"""The members of a real app_queue: kept in step, and remembered when Asterisk starts anew without us."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from real_asterisk import free_port, wait_until

from ari_app.fallback.ami import Ami, AmiError
from ari_app.fallback.app_queue import AppQueueMembers, members_there
from ari_app.fallback.queues import Member, Members
from ari_app.pbx.asterisk import Asterisk
from ari_app.pbx.configuration import Configuration, configure
from ari_app.pbx.credentials import AMI_USER
from ari_app.pbx.installation import Installation
from ari_app.pbx.queues import AppQueue
from ari_app.pbx.settings import PbxSettings

WANTED: Members = {
    "desk": {"agent1": Member("lunch"), "agent2": Member(), "agent3": Member(None, 1)},
    "night": {"agent2": Member()},
}


@pytest.fixture
async def pbx(installation: Installation, tmp_path: Path) -> AsyncIterator[Asterisk]:
    http, ami, agi = (free_port(socket.SOCK_STREAM) for _ in range(3))
    sip = free_port(socket.SOCK_DGRAM)
    settings = PbxSettings(sip_port=sip, http_port=http, ami_port=ami, agi_port=agi, agents=3)
    queues = (AppQueue("desk", tiers_after_s=(30,)), AppQueue("night"))
    asterisk = Asterisk(configure(settings, installation, tmp_path / "run", queues), tmp_path / "log")
    await asterisk.start()
    await asterisk.wait_booted()
    yield asterisk
    await asterisk.stop()


def members(configuration: Configuration) -> Mapping[str, Mapping[str, Member]]:
    try:
        with Ami(*address(configuration)) as ami:
            return members_there(ami)
    except AmiError:
        return {}


def address(configuration: Configuration) -> tuple[str, int, str, str]:
    return "127.0.0.1", configuration.settings.ami_port, AMI_USER, configuration.credentials.ami_password


async def true_in_time(is_true: Callable[[], object]) -> bool:
    return await asyncio.to_thread(wait_until, is_true, 60)


# D12
async def test_members_are_kept_in_step_and_outlive_asterisk_without_us(pbx: Asterisk) -> None:
    configuration = pbx.configuration
    host, port, _, secret = address(configuration)
    mirror = AppQueueMembers(host, port, secret)
    try:
        mirror.keep(WANTED)
        assert await true_in_time(lambda: members(configuration) == WANTED)
        rules = await pbx.cli("queue show rules")
        assert "group-desk" in rules
        assert "30 seconds" in rules
    finally:
        mirror.close()
    await pbx.stop()
    await pbx.start()
    await pbx.wait_booted()
    assert await true_in_time(lambda: members(configuration) == WANTED)


# D12
async def test_after_a_restart_of_asterisk_the_mirror_finds_it_again(pbx: Asterisk) -> None:
    configuration = pbx.configuration
    host, port, _, secret = address(configuration)
    mirror = AppQueueMembers(host, port, secret)
    try:
        mirror.keep(WANTED)
        assert await true_in_time(lambda: members(configuration) == WANTED)
        await pbx.stop()
        less = {"desk": {"agent2": Member("tea", 2)}, "night": {}}
        mirror.keep(less)
        await pbx.start()
        await pbx.wait_booted()
        assert await true_in_time(lambda: members(configuration) == {"desk": less["desk"]})
    finally:
        mirror.close()
