"""Routes that a demonstration adds to the API: a token for whoever opens its page, and Syncfy's widget from npm.

They exist only where the sandbox plays Syncfy, so that only invented taxpayers can be seen; never in production.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.auth import mint_token
from gateway.config import Settings
from gateway.demo.sandbox_login import SANDBOX_LOGIN
from gateway.embedded.local import sandbox_plays
from gateway.http.page import PageSettings, widget_routes

_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The arguments that `create_app` is given beside the settings."""

    page: PageSettings | None
    routes: list[BaseRoute]


def demonstration(settings: Settings) -> Demonstration:
    """Return the page and the routes of a demonstration; neither where a real Syncfy or no demo viewer is set."""
    if not (sandbox_plays(settings) and settings.demo_viewer):
        return Demonstration(None, [])
    page = PageSettings(
        "/widget",
        syncfy_url=settings.syncfy_url.removesuffix("/v1"),
        hosts=settings.allowed_origins,
        development=True,
        demo=SANDBOX_LOGIN,
    )
    return Demonstration(page, [_token_route(settings.jwt_secret, settings.demo_viewer), *widget_routes()])


def _token_route(secret: str, viewer: str) -> BaseRoute:
    async def give(request: Request) -> Response:
        # A site elsewhere whose name is made to point here (DNS rebinding) asks under its own name.
        if request.url.hostname not in _HERE:
            return JSONResponse({"error": "only on the machine that runs the demonstration"}, 403)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return JSONResponse({"error": "only for the page of this server"}, 403)
        return JSONResponse({"token": mint_token(secret, viewer)}, headers={"Cache-Control": "no-store"})

    return Route("/demo/token", give, methods=["POST"])
