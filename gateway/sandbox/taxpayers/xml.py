"""Small hands for writing XML as SAT's providers do: attributes in order, money, seals, the stamp."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape

from gateway.sandbox.taxpayers.ids import draw, filler

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SAT = "http://www.sat.gob.mx"
STAMP = f"{_SAT}/TimbreFiscalDigital"
_PROVIDERS = ("SPR190613I52", "SAT970701NN3", "SFE0807172W7", "LSO1306189R5")
_QUOTES = {'"': "&quot;"}


class Stamp(NamedTuple):
    """The provider's part: certificates and seals of a document, none of them real."""

    seal: str
    certificate: str
    certificate_number: str
    sat_seal: str
    sat_certificate_number: str
    provider: str
    stamped_at: datetime


def element(name: str, attributes: dict[str, object | None], *children: str) -> str:
    """Write an element, without the attributes that are None."""
    inside = "".join(
        f' {key}="{escape(str(value), _QUOTES)}"' for key, value in attributes.items() if value is not None
    )
    body = "".join(children)
    return f"<{name}{inside}>{body}</{name}>" if body else f"<{name}{inside}/>"


def document(root: str) -> bytes:
    """Encode a document with its XML declaration."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + root).encode()


def money(cents: int) -> str:
    """'-12.05' for -1205."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def quantity(thousandths: int) -> str:
    """'1.5' for 1500."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def stamp_of(key: bytes, uuid: str, issuer_rfc: str, issued_at: datetime) -> Stamp:
    """Draw the seals, certificates and the PAC of a document."""
    raw = filler(key, 512, "seal", uuid)
    minutes = raw[0] + 1
    return Stamp(
        seal=b64encode(raw[:256]).decode(),
        certificate=_certificate(key, issuer_rfc),
        certificate_number=_certificate_number(key, issuer_rfc),
        sat_seal=b64encode(raw[256:]).decode(),
        sat_certificate_number="00001000000509846663",
        provider=_PROVIDERS[raw[1] % len(_PROVIDERS)],
        stamped_at=issued_at + timedelta(seconds=minutes * 7),
    )


def stamp_11(uuid: str, stamp: Stamp) -> str:
    return element(
        "tfd:TimbreFiscalDigital",
        {
            "xmlns:tfd": STAMP,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{STAMP} {_SAT}/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd",
            "Version": "1.1",
            "UUID": uuid,
            "FechaTimbrado": moment(stamp.stamped_at),
            "RfcProvCertif": stamp.provider,
            "SelloCFD": stamp.seal,
            "NoCertificadoSAT": stamp.sat_certificate_number,
            "SelloSAT": stamp.sat_seal,
        },
    )


def stamp_10(uuid: str, stamp: Stamp) -> str:
    """Write the stamp of CFDI 3.2 and of retenciones 1.0: its names begin in lower case."""
    return element(
        "tfd:TimbreFiscalDigital",
        {
            "xmlns:tfd": STAMP,
            "xmlns:xsi": XSI,
            "xsi:schemaLocation": f"{STAMP} {_SAT}/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigital.xsd",
            "version": "1.0",
            "UUID": uuid,
            "FechaTimbrado": moment(stamp.stamped_at),
            "selloCFD": stamp.seal,
            "noCertificadoSAT": stamp.sat_certificate_number,
            "selloSAT": stamp.sat_seal,
        },
    )


@lru_cache(maxsize=256)
def _certificate(key: bytes, rfc: str) -> str:
    """Make a certificate that begins like a real one (a DER sequence) and goes on as noise."""
    return b64encode(b"0\x82\x05\xf0" + filler(key, 1520, "certificate", rfc)).decode()


@lru_cache(maxsize=256)
def _certificate_number(key: bytes, rfc: str) -> str:
    return f"0000100000050{draw(key, 'certificate number', rfc).randrange(10**6, 10**7)}"
