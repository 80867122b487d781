"""A token for whoever opens the page of a demonstration on this machine: there only invented taxpayers can be seen.

It exists where the sandbox plays Syncfy and never in production (app.py adds the route, and a test holds it to that).
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.auth import mint_token

_HERE = ("127.0.0.1", "localhost", "::1")


def demo_token_routes(secret: str, viewer: str) -> list[BaseRoute]:
    async def give(request: Request) -> Response:
        # A site elsewhere whose name is made to point here (DNS rebinding) asks under its own name.
        if request.url.hostname not in _HERE:
            return JSONResponse({"error": "only on the machine that runs the demonstration"}, 403)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return JSONResponse({"error": "only for the page of this server"}, 403)
        return JSONResponse({"token": mint_token(secret, viewer)}, headers={"Cache-Control": "no-store"})

    return [Route("/demo/token", give, methods=["POST"])]
