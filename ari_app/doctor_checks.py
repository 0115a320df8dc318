"""What `hotline doctor` asks of the other folders: speech in and out, understanding, the database, the dialplan."""

import asyncio
import importlib.util
from collections.abc import Iterable

from ari_app.certificates import certificate_state
from ari_app.doctor import CHECKS as OF_THIS_MACHINE
from ari_app.doctor import Check, Finding
from ari_app.settings import Settings
from dialplan.loader import load_dialplan
from dialplan.problems import DialplanError
from ivr.speech.choice import choose
from ivr.speech.recognizer import RecognizerError
from ivr.speech.synthesis.readiness import speech_output
from knowledge.encoders import check_models
from tickets.store import StoreError, open_store


def check_dialplan(settings: Settings) -> Iterable[Finding]:
    try:
        plan = load_dialplan(settings.dialplan)
    except DialplanError as error:
        yield Finding("dialplan", "fail", f"{len(error.problems)} problems", f"hotline check {settings.dialplan}")
    else:
        numbers = ", ".join(plan.menus.numbers)
        yield Finding("dialplan", "ok", f"{settings.dialplan}: {numbers} in {', '.join(plan.menus.languages)}")


def check_recognizer(settings: Settings) -> Iterable[Finding]:
    for language in settings.speech.languages:
        try:
            choice = choose(language, settings.speech)
        except RecognizerError as error:
            yield Finding(f"recognizer {language}", "fail", str(error), "run `make` again, or set speech.engine")
        else:
            yield Finding(f"recognizer {language}", "ok", f"{choice.engine}: {choice.reason}")


def check_speech_output(settings: Settings) -> Iterable[Finding]:
    for found in asyncio.run(speech_output(settings.synthesis)):
        yield Finding(found.name, found.status, found.detail, found.remedy)


def check_understanding(_: Settings) -> Iterable[Finding]:
    for model in check_models():
        if model.problem:
            remedy = "run `make` again; until then words alone decide what a caller means"
            yield Finding(f"understanding: {model.name}", "warn", model.problem, remedy)
        else:
            yield Finding(f"understanding: {model.name}", "ok", "the model is there, and the pinned one")


def check_database(settings: Settings) -> Iterable[Finding]:
    url = settings.tickets.database_url
    try:
        open_store(settings.tickets).close()
    except StoreError as error:
        yield Finding("database", "fail", f"{url}: {error}", "check tickets.database_url and its rights")
    else:
        yield Finding("database", "ok", url)


def check_softphone(_: Settings) -> Iterable[Finding]:
    if importlib.util.find_spec("pjsua2") is None:
        yield Finding(
            "SIP phones", "warn", "pjsua2 is missing: no `hotline call`, no demo", "pip install 'hotline[demo]'"
        )
    else:
        yield Finding("SIP phones", "ok", "pjsua2 is installed, for `hotline call` and the demo")


def check_certificate(settings: Settings) -> Iterable[Finding]:
    state = certificate_state(settings)
    if state is None:
        return
    if state.problem is not None:
        still_serves = state.days_left is not None and state.days_left >= 0
        remedy = "see docs/operators.md, Certificates"
        yield Finding("certificate", "warn" if still_serves else "fail", state.problem, remedy)
    elif state.days_left is None:
        yield Finding("certificate", "ok", "one of our own, to be made when the line starts")
    else:
        yield Finding("certificate", "ok", f"ends in {state.days_left} days")


CHECKS: tuple[Check, ...] = (
    *OF_THIS_MACHINE,
    check_dialplan,
    check_database,
    check_recognizer,
    check_speech_output,
    check_understanding,
    check_softphone,
    check_certificate,
)
