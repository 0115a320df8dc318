"""The help desk as the flow of one call may consult it."""

from dataclasses import dataclass
from datetime import datetime

from ari_app.diagnosis.on_call import CallProbes
from ari_app.distributor import Distributor
from ari_app.editions.edition import Edition
from ari_app.exchange import Exchange
from ari_app.outgoing.dialling import Dialling
from dialplan.loader import Dialplan
from ivr.desk import Articles, CallRecord, Matcher, Messenger, Recorder
from ivr.service_desk import DeclaredOutages, Directory, OtherTickets, SetSwitches


@dataclass(frozen=True, slots=True)
class CallDesk:
    """`HelpDesk` of a live call."""

    exchange: Exchange
    edition: Edition
    record: CallRecord
    recorder: Recorder
    messenger: Messenger
    probes: CallProbes

    def now(self) -> datetime:
        return self.exchange.now()

    @property
    def dialplan(self) -> Dialplan:
        return self.edition.dialplan

    @property
    def matcher(self) -> Matcher:
        return self.edition.matcher

    @property
    def articles(self) -> Articles:
        return self.edition.articles

    @property
    def people(self) -> Directory:
        return Directory(self.exchange.store, self.exchange.now)

    @property
    def outages(self) -> DeclaredOutages:
        return DeclaredOutages(self.exchange.store)

    @property
    def switches(self) -> SetSwitches:
        return SetSwitches(self.exchange.store)

    @property
    def queues(self) -> Distributor:
        return self.exchange.distributor

    @property
    def trunk(self) -> Dialling:
        return self.exchange.dialling

    @property
    def tickets(self) -> OtherTickets:
        return OtherTickets(self.exchange.store, self.record.number)
