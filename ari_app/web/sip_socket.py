"""The way of a browser's telephone to Asterisk: SIP over a websocket, handed on as it comes (`static/softphone.js`).

Browsers never reach Asterisk's own HTTP port, which is also ARI's. So there is one address, one certificate and one
login, and who logs out or is locked out is cut off within seconds.
"""

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from ari_app.pbx.credentials import load_credentials
from ari_app.pbx.errors import AsteriskMissing
from ari_app.pbx.settings import browser_of
from ari_app.racing import until_first
from ari_app.settings import Settings
from tickets.accounts import User
from tickets.rights import Right
from tickets.viewer.access import LoginNeeded, has_login, logged_in, may
from tickets.viewer.context import Visitor, words_of

log = structlog.get_logger(__name__)

REPLACED = 4409
"""The code with which a browser's websocket is closed because another browser of the same agent has come."""
LOGGED_OUT = 4401
_PROTOCOL = "sip"
_REFUSED = 1008
_CONNECTS_WITHIN_S = 3.0
_LARGEST = 64 * 1024
_CHECKS_LOGIN_AFTER_S = 15.0

router = APIRouter(include_in_schema=False)


class TelephoneShape(BaseModel):
    """What a browser needs to register: `uri` and `password` for Asterisk, `socket` is the path of the websocket."""

    uri: str
    password: str
    socket: str
    agent: str
    name: str


class BrowserTelephones:
    """At most one at a time for each agent."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._open: dict[str, asyncio.Event] = {}

    def password(self, agent: str) -> str | None:
        """Of his account for the browser; None: he has none."""
        try:
            passwords = load_credentials(self.settings.asterisk_dir).agent_passwords
        except AsteriskMissing:
            return None
        return passwords.get(browser_of(agent)) if agent in self.settings.pbx.agent_names else None

    def come(self, agent: str) -> asyncio.Event:
        """Set when a later browser gets his calls. The earlier one is told, or both would register again and again."""
        earlier, mine = self._open.get(agent), asyncio.Event()
        self._open[agent] = mine
        if earlier is not None:
            log.info("another browser is the agent's telephone now", agent=agent)
            earlier.set()
        return mine

    def go(self, agent: str, mine: asyncio.Event) -> None:
        if self._open.get(agent) is mine:
            del self._open[agent]


def add_sip_socket(app: FastAPI, settings: Settings) -> None:
    """To be called beside including `router`."""
    app.state.browser_telephones = BrowserTelephones(settings)


@router.get("/desk/telephone", response_model=TelephoneShape)
def telephone(request: Request, visitor: Annotated[Visitor, may(Right.DESK)]) -> TelephoneShape | Response:
    """Not in the page itself, where it would be kept with it."""
    telephones: BrowserTelephones = request.app.state.browser_telephones
    agent = visitor.user.agent
    password = telephones.password(agent) if agent is not None else None
    if agent is None or password is None:
        name = "telephone.no_agent" if agent is None else "telephone.no_account"
        return JSONResponse({"detail": words_of(request)(name)}, 404)
    uri = f"sip:{browser_of(agent)}@hotline.invalid"
    return TelephoneShape(uri=uri, password=password, socket="/sip", agent=agent, name=visitor.user.name)


@router.websocket("/sip")
async def sip(browser: WebSocket) -> None:
    telephones: BrowserTelephones = browser.app.state.browser_telephones
    user = await asyncio.to_thread(_user_of, browser)
    agent = user.agent if user is not None else None
    if agent is None or not _is_from_our_page(browser) or _PROTOCOL not in browser.scope["subprotocols"]:
        await browser.close(_REFUSED)
        return
    try:
        asterisk = await _connect(telephones.settings)
    except (OSError, InvalidHandshake) as error:
        log.warning("Asterisk does not take a browser's telephone", agent=agent, why=str(error))
        await browser.close(_REFUSED)
        return
    async with asterisk:
        await browser.accept(_PROTOCOL)
        is_replaced = telephones.come(agent)
        ends = (_until_logged_out(browser), _until_replaced(browser, is_replaced))
        try:
            await until_first(_hand_on(browser, asterisk), _hand_back(asterisk, browser), *ends)
        except (WebSocketDisconnect, ConnectionClosed, RuntimeError):
            log.info("a browser's telephone is gone", agent=agent)
        finally:
            telephones.go(agent, is_replaced)


def _user_of(browser: WebSocket) -> User | None:
    """Whoever is logged in and may take calls."""
    try:
        user = logged_in(browser).user
    except LoginNeeded:
        return None
    return user if user.may(Right.DESK) and not user.must_change else None


def _is_from_our_page(browser: WebSocket) -> bool:
    """Pages of other sites may open websockets too, and our cookie goes with them."""
    origin = urlsplit(browser.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == browser.headers.get("host")


async def _connect(settings: Settings) -> ClientConnection:
    url = f"ws://{settings.pbx.control_host}:{settings.pbx.http_port}/ws"
    return await connect(
        url,
        subprotocols=[_PROTOCOL],  # type: ignore[list-item]
        open_timeout=_CONNECTS_WITHIN_S,
        ping_interval=None,
        max_size=_LARGEST,
        proxy=None,
    )


async def _hand_on(browser: WebSocket, asterisk: ClientConnection) -> None:
    async for message in browser.iter_text():
        await asterisk.send(message)


async def _hand_back(asterisk: ClientConnection, browser: WebSocket) -> None:
    async for message in asterisk:
        await browser.send_text(message if isinstance(message, str) else message.decode())


async def _until_logged_out(browser: WebSocket) -> None:
    while await asyncio.to_thread(has_login, browser):  # noqa: ASYNC110  (the database tells nobody)
        await asyncio.sleep(_CHECKS_LOGIN_AFTER_S)
    await browser.close(LOGGED_OUT)


async def _until_replaced(browser: WebSocket, is_replaced: asyncio.Event) -> None:
    await is_replaced.wait()
    await browser.close(REPLACED)
