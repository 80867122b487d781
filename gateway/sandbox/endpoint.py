"""Routes from plain functions: parameters, authentication and envelope in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.sandbox.auth import Caller, Need, authenticate
from gateway.sandbox.context import Context
from gateway.sandbox.envelope import answer
from gateway.sandbox.params import Params, params_of
from gateway.sandbox.state import User


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request."""

    context: Context
    request: Request
    params: Params
    caller: Caller | None

    @property
    def path(self) -> dict[str, str]:
        return self.request.path_params

    @property
    def api_key(self) -> str:
        """Return the API key of a call that needs one."""
        assert self.caller is not None
        return self.caller.api_key

    @property
    def user(self) -> User:
        """Return the user of a call that needs a session."""
        assert self.caller is not None
        assert self.caller.user is not None
        return self.caller.user

    @property
    def base_url(self) -> str:
        """Return the address that ws, status and twofa addresses begin with."""
        return self.context.options.public_url or f"{self.request.url.scheme}://{self.request.url.netloc}"


#: A handler returns what goes in the envelope, or a Response that goes out as it is.
Handler = Callable[[Call], Awaitable[Any]]


def endpoint(method: str, path: str, handler: Handler, need: Need = Need.USER) -> Route:
    """Make a route below /v1 that authenticates its caller and puts the result into the envelope."""

    async def serve(request: Request) -> Response:
        context: Context = request.app.state.context
        params = await params_of(request)
        caller = authenticate(context, request.headers.get("authorization"), params, need)
        result = await handler(Call(context, request, params, caller))
        return result if isinstance(result, Response) else answer(request, result)

    return Route(f"/v1{path}", serve, methods=[method], name=f"{method} {path}")


def endpoints(method: str, paths: tuple[str, ...], handler: Handler, need: Need = Need.USER) -> list[Route]:
    """Make a route for each of a resource's names."""
    return [endpoint(method, path, handler, need) for path in paths]
