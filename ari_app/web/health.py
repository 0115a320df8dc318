"""How the line is: a page for people, and the same for programs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel, Field

from ari_app.control.client import ask
from ari_app.control.errors import ControllerAway, Refused
from ari_app.control.health_shapes import HealthShape
from ari_app.settings import Settings
from ari_app.web.health_checks import Finding, State, controller_findings, machine_findings
from tickets.accounts import User
from tickets.rights import Right
from tickets.store import Store
from tickets.viewer.access import Context, may, token_or_login
from tickets.viewer.context import Visitor, words_of
from tickets.viewer.words import Words

router = APIRouter()

_CONTROLLER_ANSWERS_WITHIN_S = 4.0


@dataclass(frozen=True)
class HealthDesk:
    settings: Settings

    async def findings(self, store: Store) -> list[Finding]:
        """Of every part; the controller is asked while this machine is looked at."""
        local = asyncio.to_thread(lambda: list(machine_findings(self.settings, store)))
        health, of_machine = await asyncio.gather(self._of_controller(), local)
        return [*controller_findings(health), *of_machine]

    async def _of_controller(self) -> HealthShape | None:
        try:
            told = await ask(self.settings.control_socket, "health", _CONTROLLER_ANSWERS_WITHIN_S)
        except (ControllerAway, Refused):
            return None
        return HealthShape.model_validate(told)


class FindingShape(BaseModel):
    """`seen` and `todo` are in the language that the request asks for."""

    part: str
    name: str = Field(description="which of several: a language, a folder")
    state: State
    seen: str
    todo: str = Field(description="what to do about it; empty when all is well")


class HealthReport(BaseModel):
    ok: bool = Field(description="nothing is bad")
    at: datetime
    findings: list[FindingShape]


def add_health_page(app: FastAPI, settings: Settings) -> None:
    """What the page needs, in the viewer `app`."""
    app.state.health = HealthDesk(settings)


@router.get("/health", include_in_schema=False)
async def health_page(
    request: Request, viewer: Context, visitor: Annotated[Visitor, may(Right.HEALTH_SEE)]
) -> Response:
    findings = await _findings(request, viewer.store)
    shown = [shape_of(finding, words_of(request)) for finding in findings]
    context = {"visitor": visitor, "findings": shown, "worst": worst(findings), "at": viewer.now()}
    return await asyncio.to_thread(viewer.templates.TemplateResponse, request, "health.html", context)


@router.get("/api/health", tags=["health"])
async def health(
    request: Request, viewer: Context, reader: Annotated[User, token_or_login(Right.HEALTH_SEE)]
) -> HealthReport:
    """How the line is, part by part: ok, warn or bad."""
    findings = await _findings(request, viewer.store)
    shown = [shape_of(finding, words_of(request)) for finding in findings]
    return HealthReport(ok=worst(findings) is not State.BAD, at=viewer.now(), findings=shown)


async def _findings(request: Request, store: Store) -> list[Finding]:
    desk: HealthDesk = request.app.state.health
    return await desk.findings(store)


def worst(findings: Sequence[Finding]) -> State:
    return max((finding.state for finding in findings), key=list(State).index)


def shape_of(finding: Finding, words: Words) -> FindingShape:
    key = f"health.{finding.part}.{finding.found}"
    todo = words(f"{key}.todo", **finding.slots) if f"{key}.todo" in words else ""
    return FindingShape(
        part=finding.part, name=finding.name, state=finding.state, seen=words(key, **finding.slots), todo=todo
    )
