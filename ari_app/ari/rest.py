"""The request side of ARI: one HTTP client, the operations Asterisk offers, its refusals as our errors."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import ValidationError

from ari_app.ari.errors import AriUnavailable, UnknownName, refusal
from ari_app.ari.operations import Declaration, Operation
from ari_app.ari.settings import AriSettings


class Rest:
    """Calls operations by name. `load` must have read them from Asterisk before the first `call`."""

    def __init__(self, settings: AriSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{settings.url}/ari",
            auth=httpx.BasicAuth(settings.username, settings.password),
            timeout=settings.request_timeout_s,
            # Without a limit: a pool that is full of calls waiting for each other never empties.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=50),
            transport=transport,
            trust_env=False,
            # It is plain http: httpx would read all the world's certificates first, which takes 50 ms.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )
        self._operations: Mapping[str, Mapping[str, Operation]] = {}
        self.event_names: frozenset[str] = frozenset()

    async def load(self) -> None:
        """Read what this Asterisk can do.

        Raises:
            AriUnavailable: it does not answer, or what it says is no api-docs.
        """
        listing = await self._request("GET", "/api-docs/resources.json")
        try:
            names = [api["path"].rpartition("/")[2].partition(".")[0] for api in listing["apis"]]
            answers = await asyncio.gather(*(self._request("GET", f"/api-docs/{name}.json") for name in names))
            declarations = {
                name: Declaration.model_validate(answer) for name, answer in zip(names, answers, strict=True)
            }
        except (KeyError, TypeError, ValidationError) as error:
            raise AriUnavailable(f"the api-docs are not understood: {error}") from error
        self._operations = {name: declaration.operations() for name, declaration in declarations.items()}
        self.event_names = frozenset(declarations["events"].models) if "events" in declarations else frozenset()

    def operation(self, resource: str, name: str) -> Operation:
        """Raises UnknownName, which lists the names there are."""
        operations = self._operations.get(resource, {})
        if name not in operations:
            raise UnknownName(f"{resource} has no {name}; it has {', '.join(sorted(operations)) or 'nothing yet'}")
        return operations[name]

    async def call(self, operation: Operation, arguments: Mapping[str, Any]) -> Any:
        """The decoded answer; None where there is no content, bytes where it is not JSON.

        Raises:
            AriUnavailable: no answer in time.
            AriRefused: see its tree.
            UnknownName: an argument the operation does not take.
        """
        request = operation.request(arguments)
        return await self._request(request.method, request.path, query=request.query, body=request.body)

    async def _request(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        try:
            answer = await self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as error:
            raise AriUnavailable(f"{method} {path}: {type(error).__name__} {error}") from error
        if answer.status_code >= 400:
            raise refusal(answer.status_code, _message(answer), f"{method} {path}")
        if not answer.content:
            return None
        return (
            answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer.content
        )

    async def close(self) -> None:
        await self._http.aclose()


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase
