"""The calls of the demo, placed for real: callers over SIP, an agent with a softphone, sound both ways."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from ari_app.demo import cast
from ari_app.pbx.credentials import load_credentials
from ari_app.phones.caller import Item, Keys, Manners, Silence, Speech
from ari_app.phones.phone import Account, Phone
from ari_app.phones.phone_call import PhoneCall
from ari_app.phones.placing import PlacedCall, place_call
from ari_app.running_line import RunningLine
from ivr.speech.synthesis.caller_voice import CallerVoice, caller_voice
from ivr.speech.synthesis.settings import SynthesisSettings

_CALL_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Played:
    """A caller and his call."""

    role: cast.Role
    placed: PlacedCall


@dataclass(slots=True)
class AgentOnDuty:
    """The demo's agent: answers one call, greets, listens and says goodbye."""

    phone: Phone
    voice: CallerVoice
    has_heard_caller: bool = False

    async def serve(self) -> None:
        call = await self.phone.incoming(_CALL_WITHIN_S)
        await call.answered()
        await call.say((await self.voice.speak(cast.AGENT_GREETING, "en")).audio)
        spoken_to = len(call.sounds)
        self.has_heard_caller = await call.until(lambda: _has_spoken(call, spoken_to), timeout_s=20)
        await call.say((await self.voice.speak(cast.AGENT_FAREWELL, "en")).audio)
        await call.hang_up()


def _has_spoken(call: PhoneCall, since: int) -> bool:
    return any(sound.ended_s is not None for sound in call.sounds[since:])


async def play(line: RunningLine, synthesis: SynthesisSettings, folder: Path) -> tuple[list[Played], bool]:
    """All calls of the demo at once, and whether the agent heard his caller.

    Raises:
        PhoneError: a telephone could not be started, or a call was not answered.
    """
    registrar = f"{line.sip_host}:{line.sip_port}"
    password = load_credentials(Path(line.asterisk_folder)).agent_passwords[cast.AGENT]
    desk = Account(cast.AGENT, cast.AGENT_ADDRESS, registrar, password, auto_answer=True)
    async with AsyncExitStack() as stack:
        voice = await stack.enter_async_context(caller_voice(synthesis))
        agent = AgentOnDuty(await stack.enter_async_context(Phone.running(desk, folder / "agent")), voice)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(agent.serve())
            calls = [group.create_task(_call(role, line, voice, folder)) for role in cast.CALLERS]
        await serving
    return [task.result() for task in calls], agent.has_heard_caller


async def _call(role: cast.Role, line: RunningLine, voice: CallerVoice, folder: Path) -> Played:
    items: list[Item] = [
        Keys(turn.keys)
        if isinstance(turn, cast.Press)
        else Speech(turn.text, (await voice.speak(turn.text, "en")).audio)
        for turn in role.turns
    ]
    if all(isinstance(turn, cast.Press) for turn in role.turns):
        items.insert(0, Silence(8.0))  # a caller who says nothing is given the keys
    account = Account(role.number, line.trunk_address, f"{line.sip_host}:{line.sip_port}")
    placed = await place_call(account, line.number, items, folder / role.name, lambda _: None, Manners())
    return Played(role, placed)
