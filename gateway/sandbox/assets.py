"""Pictures: the logos that a widget asks for under /assets, and the digits of a captcha."""

from __future__ import annotations

import struct
import zlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.sandbox.envelope import CORS

#: Three columns by five rows for each digit, a row in three bits.
_GLYPHS = {
    "0": (7, 5, 5, 5, 7), "1": (2, 6, 2, 2, 7), "2": (7, 1, 7, 4, 7), "3": (7, 1, 7, 1, 7), "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7), "6": (7, 4, 7, 5, 7), "7": (7, 1, 2, 2, 2), "8": (7, 5, 7, 5, 7), "9": (7, 5, 7, 1, 7),
}  # fmt: skip
_SCALE = 8

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" role="img" aria-label="SAT">'
    '<rect width="120" height="60" rx="6" fill="#611232"/>'
    '<text x="60" y="40" font-family="sans-serif" font-size="30" fill="#fff" text-anchor="middle">SAT</text></svg>'
)


def png(rows: list[bytes]) -> bytes:
    """Encode a greyscale PNG, one byte a pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def digits_png(digits: str) -> bytes:
    """Draw digits as a PNG, black on white, large enough to read."""
    bits = ["0" + "0".join(f"{_GLYPHS[digit][row]:03b}" for digit in digits) + "0" for row in range(5)]
    blank = "0" * len(bits[0])
    lines = [b"".join((b"\0" if bit == "1" else b"\xff") * _SCALE for bit in line) for line in (blank, *bits, blank)]
    return png([line for line in lines for _ in range(_SCALE)])


async def _asset(request: Request) -> Response:
    if request.path_params["name"].endswith(".png"):
        return Response(png([b"\x61" * 8] * 8), media_type="image/png", headers=CORS)
    return Response(_SVG, media_type="image/svg+xml", headers=CORS)


def routes() -> list[BaseRoute]:
    return [Route("/assets/{name}", _asset)]
