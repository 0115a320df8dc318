"""An agent calls the line from his own telephone: `*5` is a menu, `*51` to `*54` do one thing and hang up.

Who he is, is the account of his telephone. There is no ticket of it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from ari_app.agents.duty import Duty, DutyError, NotLoggedIn
from ari_app.agents.standing import pausing, standing
from ari_app.ari.errors import AriError
from ari_app.ari.events import Channel
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.legs import CallerLeg, bridge_id
from ari_app.spoken_line import conversation_on, open_bridged_media
from ivr.agent_menu import LogIn, LogOut, Pause, Ready, Wish, ask_wish
from ivr.conversation import CallerHungUp, Conversation, Prompt
from ivr.dialogue import Dialogue

log = structlog.get_logger(__name__)

_AT_ONCE: Mapping[str, Wish] = {"*51": Ready(), "*52": Pause(), "*53": LogOut(), "*54": LogIn()}
"""Any other code leads to the menu."""


def is_agents_code(dialled: str) -> bool:
    """Only telephones of agents can dial these (extensions.conf)."""
    return dialled.startswith("*")


def telephone_of(channel: Channel) -> str:
    """The account of the telephone: `PJSIP/agent1-0000002a` is agent1's."""
    return channel.name.removeprefix("PJSIP/").rpartition("-")[0]


@dataclass(slots=True)
class AgentSession:
    """The call of `agent`, who dialled `code`; his channel is answered."""

    exchange: Exchange
    edition: Edition
    duty: Duty
    agent: str
    code: str
    leg: CallerLeg
    _at_last: Ready | LogIn | None = field(default=None, init=False)

    async def run(self) -> None:
        """Carry the call to its end. What makes a caller ring at once is done when his telephone is free again."""
        following = asyncio.create_task(self.leg.follow(), name=f"agent {self.agent}")
        try:
            with contextlib.suppress(CallerHungUp):
                await self._serve()
        except AriError as error:
            log.warning("agent's call lost", agent=self.agent, error=str(error))
        finally:
            await self._hang_up()
            following.cancel()
            self.leg.events.close()
        if self._at_last is not None:
            with contextlib.suppress(DutyError):  # the groups were edited just now: he is in none of them
                change = self.duty.log_in if isinstance(self._at_last, LogIn) else self.duty.get_ready
                change(self.agent, self._by)

    async def _serve(self) -> None:
        # Before there is sound: who hangs up at once has said by his code what he wants.
        told = self._known_ahead()
        media = await open_bridged_media(self.exchange, self.leg)
        try:
            conversation = conversation_on(self.exchange, self.edition, media, self._language)
            try:
                told = told or await self._ask(conversation)
                if told is not None:
                    await conversation.say(told)
            finally:
                await conversation.close()
        finally:
            await media.close()

    def _known_ahead(self) -> Prompt | None:
        if self.agent not in self.duty.distributor.agents:
            return Prompt("agent.unknown", self._language)
        wish = _AT_ONCE.get(self.code)
        return self._done(wish, self._language) if wish is not None else None

    async def _ask(self, conversation: Conversation) -> Prompt | None:
        limit = timedelta(minutes=self.edition.dialplan.menus.limits.call_minutes)
        until = self.exchange.now() + limit
        dialogue = Dialogue(conversation, self.edition.dialplan, self._language, lambda: self.exchange.now() < until)
        wish = await ask_wish(dialogue, self._standing)
        return self._done(wish, dialogue.language) if wish is not None else None

    def _done(self, wish: Wish, language: str) -> Prompt:
        """What he is told, once it is done; or why it is not."""
        try:
            match wish:
                case Pause(reason):
                    paused = self.duty.pause(self.agent, reason, self._by)
                    return pausing(paused.pause, self.edition.dialplan, language)
                case LogOut():
                    self.duty.log_out(self.agent, self._by)
                    return Prompt("agent.logged_out", language)
                case Ready():
                    self.duty.check_logged_in(self.agent)
        except NotLoggedIn:
            return Prompt("agent.log_in_first", language)
        self._at_last = wish
        return Prompt("agent.ready", language)

    def _standing(self, language: str) -> tuple[Prompt, ...]:
        return standing(self.agent, self.duty.of(self.agent), self.edition.dialplan, language)

    async def _hang_up(self) -> None:
        client = self.exchange.client
        with contextlib.suppress(AriError):
            await client.channels.hangup(channelId=self.leg.id)
        with contextlib.suppress(AriError):
            await client.bridges.destroy(bridgeId=bridge_id(self.leg.id))

    @property
    def _language(self) -> str:
        """That of groups.yaml, else of the first number."""
        card = self.edition.dialplan.agents.get(self.agent)
        known = card.language if card is not None else None
        return known or self.edition.dialplan.entry("").language

    @property
    def _by(self) -> str:
        return f"telephone {self.agent}"
