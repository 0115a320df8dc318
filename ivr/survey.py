"""After the talk with an agent: what the caller thinks of it."""

import structlog

from ivr.actions import ask_for_mark
from ivr.conversation import Call, Conversation
from ivr.desk import HelpDesk
from ivr.dialogue import Dialogue, PersonWanted, StepChanged
from ivr.talk import Talk

log = structlog.get_logger(__name__)


async def take_survey(call: Call, conversation: Conversation, desk: HelpDesk) -> None:
    """Ask for a mark, once. Who would rather have something else has had his say: the call is over.

    Raises:
        CallerHungUp: he gave none.
    """
    dialogue = Dialogue(conversation, desk.dialplan, call.language, may_go_on=lambda: True)
    try:
        await ask_for_mark(Talk(call, dialogue, desk, start=""))
    except (PersonWanted, StepChanged) as wanted:
        log.info("no mark", instead=type(wanted).__name__)
