"""Our SIP telephones against a real Asterisk that runs a small dialplan of the tests' own."""

import asyncio
import os
import signal
import statistics
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from real_asterisk import RealAsterisk, wait_until

from ari_app.phones.caller import Keys, Manners, Silence, Speech, Step, call_items
from ari_app.phones.errors import CallFailed, PhoneUnavailable
from ari_app.phones.phone import Account, Phone
from ari_app.phones.placing import place_call
from ivr.speech import mulaw

TONE = mulaw.encode((8000 * np.sin(np.arange(8000) * 0.3)).astype(np.int16))

# What the tests call. Names without digits keep out of the way of the product's own numbers.
DIALPLAN = {
    "echo": ("Answer()", "Echo()"),
    "busy": ("Hangup(17)",),
    "nobody": ("Hangup(1)",),
    "slow": ("Ringing()", "Wait(60)"),
    "congested": ("Answer()", "Wait(0.2)", "Hangup(34)"),
    "keys": ("Answer()", "Read(D,beep,4,,,5)", "Set(DB(tests/keys)=${D})", "Hangup()"),
    "agent": ("Dial(PJSIP/agent1,10)",),
    "music": ("Answer()", "MusicOnHold(,60)"),
    "polite": ("Answer()", "Playback(beep)", "WaitForNoise(50,1,8)", "Wait(1)", "Playback(beep)", "Wait(30)"),
}


MODULES = ("app_echo", "app_read", "app_waitforsilence", "func_db")
"""What this dialplan needs beyond the product's modules."""


@pytest.fixture(scope="module")
def pbx(asterisk: RealAsterisk) -> Iterator[RealAsterisk]:
    for module in MODULES:
        asterisk.cli(f"module load {module}.so")
    for name, steps in DIALPLAN.items():
        for place, step in enumerate(steps, 1):
            asterisk.cli(f"dialplan add extension {name},{place},{step} into from-trunk")
    yield asterisk
    for name in DIALPLAN:
        asterisk.cli(f"dialplan remove extension {name}@from-trunk")


def registrar(pbx: RealAsterisk) -> str:
    return f"{pbx.sip_host}:{pbx.sip_port}"


def trunk(pbx: RealAsterisk) -> Account:
    return Account("+493023125042", pbx.trunk_address, registrar(pbx))


def agent(pbx: RealAsterisk, auto_answer: bool = False) -> Account:
    return Account("agent1", "127.0.0.11", registrar(pbx), pbx.agent_password("agent1"), auto_answer)


def level(path: Path, began_s: float, ended_s: float) -> float:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    return float(np.sqrt(np.mean(samples[int(began_s * 8000) : int(ended_s * 8000)] ** 2)))


# 000-3
async def test_an_echo_comes_back_whole_and_within_60_ms(pbx: RealAsterisk, tmp_path: Path) -> None:
    """Most of the time: a machine that is busy with something else delays or damages one or two of five."""
    delays, levels = [], []
    async with Phone.running(trunk(pbx), tmp_path) as phone:
        call = await phone.call("echo")
        await call.answered()
        for number in range(5):
            said = await call.say(TONE[:4000])
            assert said is not None
            assert said.ended_s - said.began_s == pytest.approx(0.5)
            assert await call.until(lambda at=number: len(call.sounds) > at and call.sounds[-1].ended_s, 30)  # type: ignore[misc]
            delays.append(call.sounds[number].began_s - said.began_s)
            levels.append((said.began_s, call.now_s))
        await call.hang_up()
    assert 0 <= statistics.median(delays) <= 0.06, delays
    ratios = [level(call.heard_wav, *part) / level(call.sent_wav, *part) for part in levels]
    assert statistics.median(ratios) == pytest.approx(1, rel=0.03), ratios


# 000-3
async def test_a_caller_and_an_agent_hear_each_other_and_each_others_keys(pbx: RealAsterisk, tmp_path: Path) -> None:
    async with (
        Phone.running(trunk(pbx), tmp_path / "caller") as caller,
        Phone.running(agent(pbx), tmp_path / "agent") as desk,
    ):
        call = await caller.call("agent")
        ringing = await desk.incoming(30)
        assert "+493023125042" in ringing.remote
        assert await call.until(lambda: call.is_ringing, 30)
        await ringing.answer()
        await call.answered()
        await asyncio.gather(call.say(TONE), ringing.say(TONE))
        await call.press("15#")
        assert await ringing.until(lambda: ringing.keys == "15#", 30)
        assert call.sounds
        assert ringing.sounds
        await ringing.hang_up()
        ended = await call.over()
    assert (ended.cause, ended.by_us) == (16, False)


# 000-3
@pytest.mark.parametrize(("number", "status", "cause"), [("busy", 486, 17), ("nobody", 404, 1)])
async def test_a_failed_call_tells_why(pbx: RealAsterisk, tmp_path: Path, number: str, status: int, cause: int) -> None:
    async with Phone.running(trunk(pbx), tmp_path) as phone:
        call = await phone.call(number)
        with pytest.raises(CallFailed) as failed:
            await call.answered()
    assert (failed.value.status, failed.value.cause) == (status, cause)


# 000-3
async def test_the_cause_that_a_bye_states_is_reported(pbx: RealAsterisk, tmp_path: Path) -> None:
    placed = await place_call(trunk(pbx), "congested", [], tmp_path, lambda step: None)
    assert placed.hangup_cause == 34


# 000-3
async def test_nobody_answers_and_the_call_is_taken_back(pbx: RealAsterisk, tmp_path: Path) -> None:
    async with Phone.running(trunk(pbx), tmp_path) as phone:
        call = await phone.call("slow")
        assert await call.until(lambda: call.is_ringing, 30)
        with pytest.raises(CallFailed, match="no answer"):
            await call.answered(timeout_s=1)
        assert wait_until(lambda: not pbx.channels(), 30)


# 000-3
async def test_an_agent_turns_a_call_down(pbx: RealAsterisk, tmp_path: Path) -> None:
    async with (
        Phone.running(trunk(pbx), tmp_path / "caller") as caller,
        Phone.running(agent(pbx), tmp_path / "agent") as desk,
    ):
        call = await caller.call("agent")
        await (await desk.incoming(30)).refuse(486)
        with pytest.raises(CallFailed) as failed:
            await call.answered()
    assert failed.value.cause == 17


# 000-3
async def test_a_wrong_password_and_a_dead_port_are_told_apart(pbx: RealAsterisk, tmp_path: Path) -> None:
    wrong = Account("agent2", "127.0.0.12", registrar(pbx), "wrong")
    with pytest.raises(PhoneUnavailable, match="refused agent2: SIP 401"):
        async with Phone.running(wrong, tmp_path):
            pass


# 000-3
async def test_twenty_calls_in_a_row_are_clean(pbx: RealAsterisk, tmp_path: Path) -> None:
    causes, answered = [], []
    async with Phone.running(trunk(pbx), tmp_path) as phone:
        for _ in range(20):
            call = await phone.call("echo")
            await call.answered()
            answered.append(call.answered_at is not None and call.answered_at - call.began_at)
            await call.say(TONE[:800])
            await call.hang_up()
            causes.append(call.ended and call.ended.cause)
    assert causes == [16] * 20
    assert statistics.median(answered) < 1.0
    assert wait_until(lambda: not pbx.channels(), 10)


# 000-3
async def test_the_telephone_ends_with_its_parent_and_hangs_up(pbx: RealAsterisk, tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from ari_app.phones.phone import Account, Phone\n"
        "async def main():\n"
        f"    async with Phone.running(Account('1234', '{pbx.trunk_address}', '{registrar(pbx)}'), Path(sys.argv[1]))"
        " as phone:\n"
        "        call = await phone.call('echo')\n"
        "        await call.answered()\n"
        "        print(phone.pid, flush=True)\n"
        "        await call.until(lambda: False, 60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    try:
        telephone = int(await asyncio.wait_for(parent.stdout.readline(), 60))
        assert pbx.channels()
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        await parent.wait()
    assert wait_until(lambda: not Path(f"/proc/{telephone}").exists(), 10)
    assert wait_until(lambda: not pbx.channels(), 10)


# 000-6
async def test_keys_arrive_complete_and_in_order(pbx: RealAsterisk, tmp_path: Path) -> None:
    placed = await place_call(trunk(pbx), "keys", [Keys("12*9")], tmp_path, lambda step: None)
    assert placed.hangup_cause == 16
    assert "12*9" in pbx.cli("database get tests keys")


# 000-24
async def test_a_caller_waits_for_his_turn(pbx: RealAsterisk, tmp_path: Path) -> None:
    steps: list[Step] = []
    manners = Manners(pause_s=0.8, patience_s=5)
    items = [Speech("a tone", TONE), Silence(0.5)]
    placed = await place_call(trunk(pbx), "polite", items, tmp_path, steps.append, manners)
    assert [step.who for step in steps] == ["line", "caller", "line", "caller", "line", "caller"]
    spoke, answered = steps[1], steps[2]
    assert spoke.at_s - steps[0].at_s > 0.8
    assert answered.at_s >= spoke.at_s + 1.0
    assert steps[-1].what == "hangs up"
    assert placed.duration_s < 30  # the line would have stayed for longer


# 000-24
async def test_music_without_end_is_hung_up_on(pbx: RealAsterisk, tmp_path: Path) -> None:
    async with Phone.running(trunk(pbx), tmp_path) as phone:
        call = await phone.call("music")
        await call.answered()
        await call_items(call, [], lambda step: None, Manners(stay_s=4, music_s=2))
        ended = await call.over()
    assert ended.by_us
    assert call.now_s < 20  # the music lasts a minute
