"""Which agent is in which talk: the way from his command, wherever he gives it, to the caller he talks with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ari_app.talk import commands
from ari_app.talk.commands import Command
from ari_app.talk.targets import read_target

Give = Callable[[str, Command], Awaitable[None]]
"""Takes an agent's command to his talk; returns when it is done, raises TalkError when it is not."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What `agent` can do with the caller of `call_id`; `leg_id` is his channel.

    Every method returns when it is done. A target is `agent:NAME`, `group:NAME`, `tier:GROUP/2` (that level and those
    after it), `number:+49…` or `supplier:NAME` (of groups.yaml).

    Raises:
        TalkError: it was not done; the text tells the agent why (see its tree).
    """

    agent: str
    call_id: str
    give: Give
    leg_id: str

    async def hold(self) -> None:
        await self.give(self.agent, commands.Hold())

    async def unhold(self) -> None:
        await self.give(self.agent, commands.Unhold())

    async def transfer(self, target: str) -> None:
        """The agent is free at once; the caller waits for the target, in his place by when he first entered."""
        await self.give(self.agent, commands.Transfer(read_target(target)))

    async def consult(self, target: str) -> None:
        """Returns when the target has answered; raises Unreachable when it does not. The caller stays on hold."""
        await self.give(self.agent, commands.Consult(read_target(target)))

    async def complete(self) -> None:
        await self.give(self.agent, commands.Complete())

    async def cancel(self) -> None:
        """Also while the target still rings: then `consult` raises."""
        await self.give(self.agent, commands.Cancel())

    async def conference(self) -> None:
        await self.give(self.agent, commands.Confer())

    async def return_to_queue(self, reason: str) -> None:
        await self.give(self.agent, commands.ReturnToQueue(reason))

    async def hang_up(self) -> None:
        """As if he had put down his telephone: what follows then follows (`talk/course.py`)."""
        await self.give(self.agent, commands.HangUp())

    async def pause_recording(self) -> None:
        """What is said now stands as silence in the recording: a password, a card number."""
        await self.give(self.agent, commands.PauseRecording())

    async def resume_recording(self) -> None:
        await self.give(self.agent, commands.ResumeRecording())


class Talks:
    """The talks that go on, by agent: he has one at most."""

    def __init__(self) -> None:
        self._by_agent: dict[str, Talk] = {}

    def of(self, agent: str) -> Talk | None:
        return self._by_agent.get(agent)

    def enter(self, talk: Talk) -> None:
        self._by_agent[talk.agent] = talk

    def leave(self, talk: Talk) -> None:
        """He is not in this talk any more; the next one, if he has it already, is not touched."""
        if self._by_agent.get(talk.agent) is talk:
            del self._by_agent[talk.agent]
