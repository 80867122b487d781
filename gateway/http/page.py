"""The page: the built files of gateway/web, served at `/` with their settings.

It is a client of the public GraphQL API and of nothing else. Names of assets carry a hash of their content, so that
browsers keep them for ever; index.html is requested each time. Files are read once, at the start.
"""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

#: The directories that the build writes the page and, for development, Syncfy's widget to, which has no licence.
BUILT = Path(__file__).parents[1] / "web" / "dist"
WIDGET = Path(__file__).parents[1] / "web" / "widget"
_PLACE = "<!--settings-->"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = "The page is not built on this machine: `make page` builds it. The API is at /graphql.\n"
_WIDGET_FILES = ("syncfy-authentication-widget.js", "syncfy-authentication-widget.css")


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Settings of the page. `hosts` are origins of apps that may frame it and give it a token.

    `syncfy_url` is None for Syncfy's own, which the widget knows. `demo` is a login of the sandbox to offer.
    """

    widget_url: str
    syncfy_url: str | None = None
    hosts: Sequence[str] = ()
    development: bool = False
    demo: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _Asset:
    media_type: str
    bodies: Mapping[str, bytes]  # by content encoding; "" is the file itself


class Page:
    """The endpoints of the page. Without an index.html in `built` they answer that the page is not built."""

    def __init__(self, settings: PageSettings, *, built: Path = BUILT) -> None:
        self._policy = content_security_policy(settings)
        self._assets = {path.name: _asset(path) for path in sorted((built / "assets").glob("*")) if _is_original(path)}
        index = built / "index.html"
        self._index = _with_settings(index.read_text(encoding="utf-8"), settings) if index.is_file() else None
        self._tag = f'"{sha256(self._index or b"").hexdigest()[:32]}"'

    def routes(self) -> list[BaseRoute]:
        """Return the last routes of the application: every other address that a browser opens is a view of the page."""
        return [Route("/assets/{name}", self._serve_asset), Route("/{view:path}", self._serve_index)]

    async def _serve_asset(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("Not Found", 404)
        accepted = request.headers.get("accept-encoding", "")
        encoding = next((name for name, _ in _ENCODINGS if name in asset.bodies and name in accepted), "")
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(asset.bodies[encoding], headers=headers, media_type=asset.media_type)

    async def _serve_index(self, request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("Not Found", 404)
        if self._index is None:
            return PlainTextResponse(_NOT_BUILT, 404)
        headers = {
            "Cache-Control": "no-cache",
            "ETag": self._tag,
            "Content-Security-Policy": self._policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        if request.headers.get("if-none-match") == self._tag:
            return Response(status_code=304, headers=headers)
        return Response(self._index, headers=headers, media_type="text/html")


def is_built(built: Path = BUILT) -> bool:
    """Return True when the page has been built on this machine."""
    return (built / "index.html").is_file()


def widget_routes(directory: Path = WIDGET) -> list[BaseRoute]:
    """Return the route of Syncfy's widget from npm, for development only: it has no licence for distribution."""

    async def serve(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _WIDGET_FILES or not (directory / name).is_file():
            return PlainTextResponse("Not Found", 404)
        return FileResponse(directory / name, headers={"Cache-Control": "no-cache"})

    return [Route("/widget/{name}", serve)]


def content_security_policy(settings: PageSettings) -> str:
    """Write the policy, which allows scripts of the page and of the widget only: the person types a password here.

    Inline styles are allowed, as the widget writes them. The widget's analytics and error reports are blocked.
    """
    widget = _origin(settings.widget_url)
    syncfy = _origin(settings.syncfy_url or "https://sync.paybook.com")
    socket = syncfy.replace("http", "ws", 1)
    # Syncfy's logo, which the widget shows first, and logos of institutions.
    pictures = " https://www.paybook.com" + ("" if settings.syncfy_url else " https://s.paybook.com")
    frames = " ".join(["'self'", *settings.hosts])
    rules = [
        "default-src 'none'",
        f"script-src 'self' {widget}".rstrip(),
        f"style-src 'self' {widget} 'unsafe-inline'".replace("  ", " "),
        f"img-src 'self' data: blob: {syncfy}{pictures}",
        f"font-src 'self' data: {widget}".rstrip(),
        f"connect-src 'self' {syncfy} {socket}",
        f"frame-ancestors {frames}",
        "base-uri 'none'",
        "form-action 'self'",
    ]
    return "; ".join(rules)


def _origin(url: str) -> str:
    """Return the origin of an address; empty for one on this server."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _asset(path: Path) -> _Asset:
    bodies = {"": path.read_bytes()}
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            bodies[encoding] = packed.read_bytes()
    return _Asset(mimetypes.guess_type(path.name)[0] or "application/octet-stream", bodies)


def _is_original(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".br", ".gz", ".map")


def _with_settings(index: str, settings: PageSettings) -> bytes:
    known = {
        "widget": {
            "script": f"{settings.widget_url}/{_WIDGET_FILES[0]}",
            "style": f"{settings.widget_url}/{_WIDGET_FILES[1]}",
            "apiBaseUrl": settings.syncfy_url,
        },
        "hosts": list(settings.hosts),
        "development": settings.development,
        "demo": settings.demo,
    }
    # A meta element and no script: quoted, so that nothing in the settings can end the element.
    quoted = html.escape(orjson.dumps(known).decode(), quote=True)
    return index.replace(_PLACE, f'<meta name="settings" content="{quoted}">').encode()
