"""The help desk as the flow of one call may consult it."""

from dataclasses import dataclass
from datetime import datetime

from ari_app.exchange import Exchange
from dialplan.loader import Dialplan
from ivr.desk import Articles, CallRecord, Matcher, Recorder


@dataclass(frozen=True, slots=True)
class CallDesk:
    """`HelpDesk` of a live call."""

    exchange: Exchange
    record: CallRecord
    recorder: Recorder

    def now(self) -> datetime:
        return self.exchange.now()

    @property
    def dialplan(self) -> Dialplan:
        return self.exchange.dialplan

    @property
    def matcher(self) -> Matcher:
        return self.exchange.matcher

    @property
    def articles(self) -> Articles:
        return self.exchange.articles
