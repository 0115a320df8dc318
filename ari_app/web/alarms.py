"""The alarms of monitor.yaml, watched on the board of the web process."""

from datetime import datetime

from fastapi import FastAPI

from ari_app.alarms.measuring import measure
from ari_app.alarms.watch import AlarmWatch, Floor
from ari_app.settings import Settings
from ari_app.web.board import Board
from dialplan.monitor import Alarm, MonitorFile
from tickets.notify import Notifier
from tickets.viewer.app import accompany
from tickets.viewer.context import Viewer
from tickets.viewer.words import LANGUAGES


def add_alarms(app: FastAPI, settings: Settings) -> None:
    """Put them into the viewer `app`, which has a board."""
    viewer, board = app.state.viewer, app.state.board
    watched = _Watched(board, viewer)
    notifier = Notifier(settings.notify, settings.tickets.region)
    floor = Floor(watched.rules, watched.measured, watched.named, watched.language)
    zone = viewer.present(next(iter(LANGUAGES))).zone
    watch = AlarmWatch(floor, viewer.store.events, notifier, zone, viewer.now)
    board.alarms = lambda: watch.standing
    accompany(app, watch.running)


class _Watched:
    def __init__(self, board: Board, viewer: Viewer) -> None:
        self._board = board
        self._viewer = viewer

    def rules(self) -> MonitorFile | None:
        return self._board.dialplan.monitor if self._board.dialplan is not None else None

    def language(self) -> str:
        """The first of the line; asked for only where there are rules, and so a dialplan."""
        dialplan = self._board.dialplan
        return dialplan.menus.languages[0] if dialplan is not None else next(iter(LANGUAGES))

    def measured(self, alarm: Alarm) -> float | None:
        today, now = self._board.today, self._now()
        return None if today is None else measure(alarm.measure, alarm.groups, self._board.floor, today, now)

    def named(self, alarm: Alarm, language: str) -> str:
        """The groups of an alarm in words; of none: all of them."""
        views = [view for view in self._board.views if view.group in alarm.groups]
        return ", ".join(view.called(language) for view in views) or self._viewer.words(language)("alarm.all_groups")

    def _now(self) -> datetime:
        return self._viewer.now()
