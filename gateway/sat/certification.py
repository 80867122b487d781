"""SAT's seal of a stamp, and the string that it seals: only a printed representation shows them, so no record has them.

Read from the bytes of an XML by its stamp's element alone: to print is no reason to parse a document again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_STAMP = re.compile(rb"<(?:[\w.-]+:)?TimbreFiscalDigital\s([^<>]{1,20000})>")
_ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Certification:
    sat_seal: str
    original_string: str  # "cadena original del complemento de certificación digital del SAT"


def certification(xml: bytes) -> Certification | None:
    """Return None where the bytes hold no whole stamp in an encoding that extends ASCII."""
    found = _STAMP.search(xml)
    if found is None:
        return None
    text = found[1].decode("utf-8", "replace")
    values = {name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(text)}
    seal = values.get("sellosat")
    names = ["uuid", "fechatimbrado", "sellocfd", "nocertificadosat"]
    if not seal or not all(values.get(name) for name in names):
        return None
    if values.get("version") != "1.0":
        names[2:2] = [name for name in ("rfcprovcertif", "leyenda") if values.get(name)]
    # Blanks count once (SAT's rule for every cadena original).
    chain = "|".join(" ".join(part.split()) for part in [values.get("version", "1.1"), *(values[n] for n in names)])
    return Certification("".join(seal.split()), f"||{chain}||")
