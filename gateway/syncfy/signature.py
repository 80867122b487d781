"""Verification that a webhook delivery is from Syncfy.

Syncfy has not published its scheme. What it does document is custom headers on a webhook, so a shared secret in one is
the sure way. Its dashboard also shows a JWK for each webhook, and integrators report a header `request-signature` that
holds a compact JWS made with it. Hence both are understood and, where both are configured, either suffices: whoever
requires the signature configures no token. A signature that covers neither body nor time proves no more than a shared
secret does, so no event is believed for its data: what it announces is read from Syncfy.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence

import jwt

from gateway.errors import SettingsError, WebhookForged

#: Takes the headers, and the body; without the body it judges by the headers alone.
Verifier = Callable[[Mapping[str, str], bytes | None], None]

TOKEN_HEADER = "x-webhook-token"  # noqa: S105 - a header's name
SIGNATURE_HEADER = "request-signature"

_ALGORITHMS = ["HS256", "HS384", "HS512"]
_LEEWAY_SECONDS = 300
#: Syncfy sends a delivery again for some time, and may do so with its first signature. A replay is a duplicate anyway.
_OLDEST_SIGNATURE_SECONDS = 24 * 60 * 60
_BODY_HASHES = ("body_sha256", "request_body_sha256")
_LONGEST_SIGNATURE = 8192
_SHORTEST_KEY = 16
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")


def verifier(tokens: Sequence[str], keys: Sequence[str]) -> Verifier:
    """Make a function that returns for a delivery of Syncfy's and raises WebhookForged for any other.

    `tokens`: shared secrets, several while they rotate. `keys`: the dashboard's JWK as JSON, or its `k` (base64url).
    With neither, every delivery is forged. SettingsError: a key that cannot be read.
    """
    secrets = [token.strip().encode() for token in tokens if token.strip()]
    signing = [_key(text.strip()) for text in keys if text.strip()]

    def verify(headers: Mapping[str, str], body: bytes | None) -> None:
        if not secrets and not signing:
            raise WebhookForged("no webhook secret is configured, so no delivery is accepted")
        given = {name.lower(): value for name, value in headers.items()}
        if _has_token(given, secrets) or _is_signed(given.get(SIGNATURE_HEADER), signing, body):
            return
        raise WebhookForged("neither a shared secret nor a signature of ours")

    return verify


def _has_token(headers: Mapping[str, str], secrets: Sequence[bytes]) -> bool:
    given = [headers.get(TOKEN_HEADER, "")]
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        given.append(bearer)
    # No short cut: how long this takes must not tell which secret came close.
    matches = [
        hmac.compare_digest(text.strip().encode(errors="replace"), secret) for text in given for secret in secrets
    ]
    return any(matches)


def _is_signed(signature: str | None, keys: Sequence[bytes], body: bytes | None) -> bool:
    if not signature or len(signature) > _LONGEST_SIGNATURE:
        return False
    return any(_signs(signature.strip(), key, body) for key in keys)


def _signs(signature: str, key: bytes, body: bytes | None) -> bool:
    options: jwt.types.Options = {"verify_aud": False, "verify_iss": False, "verify_sub": False, "verify_jti": False}
    try:
        claims = jwt.decode(signature, key, algorithms=_ALGORITHMS, leeway=_LEEWAY_SECONDS, options=options)
    except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError):
        # A header that anybody may fill in; whatever is wrong with it, it is not a signature.
        return False
    if "iat" in claims and int(claims["iat"]) < time.time() - _OLDEST_SIGNATURE_SECONDS:
        return False
    return body is None or all(_is_hash_of(body, claims[name]) for name in _BODY_HASHES if name in claims)


def _is_hash_of(body: bytes, claim: object) -> bool:
    digest = hashlib.sha256(body).digest()
    spellings = (digest.hex(), _base64(digest), _base64(digest).rstrip("="))
    text = claim.strip() if isinstance(claim, str) else ""
    text = text.lower() if len(text) == len(spellings[0]) else text.replace("+", "-").replace("/", "_")
    return any(hmac.compare_digest(text.encode(errors="replace"), spelling.encode()) for spelling in spellings)


def _key(text: str) -> bytes:
    """Decode a key: `{"kty":"oct","k":"…"}`, the nested `{"k":{"k":"…"}}` that one integrator saw, or a bare k."""
    k: object = text
    if text.startswith("{"):
        try:
            k = json.loads(text).get("k")
        except ValueError:
            raise SettingsError("a webhook key is not a JWK: not JSON") from None
        if isinstance(k, dict):
            k = k.get("k")
    if not isinstance(k, str) or not _BASE64URL.fullmatch(k):
        raise SettingsError("a webhook key is neither a JWK with a `k` nor a base64url text")
    bare = k.rstrip("=")
    if len(bare) % 4 == 1:
        raise SettingsError("a webhook key is cut short")
    key = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(f"a webhook key has fewer than {_SHORTEST_KEY} bytes")
    return key


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()
