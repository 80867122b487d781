"""The kind of a paper of SAT's by its printed title: opinión, constancia, or a declaración and its acuse.

Sources of the titles: SAT's own papers, and those of IMSS, INFONAVIT and the states, which give their opiniones nearly
the same name.
"""

from __future__ import annotations

import re

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.dates import plain
from gateway.sat.kinds import Delivery, Kind

# A paper's title stands at its head. What is listed further down (obligations, laws) may read like a title.
_HEAD = 4000
#: The title that comes first tells the kind. An obligation is called "Declaración anual de ISR …", a return is not.
_TITLES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"opinion (?:de|del) cumplimiento"), Kind.COMPLIANCE_OPINION),
    (re.compile(r"constancia de situacion fiscal|cedula de identificacion fiscal"), Kind.TAX_STATUS),
    (
        re.compile(r"declaracion(?: de pago)? (?:provisional|definitiv|mensual|bimestral|trimestral)"),
        Kind.MONTHLY_RETURN,
    ),
    (
        re.compile(r"declaracion (?:anual|del ejercicio)(?! de (?:isr|iva|ieps|impuesto sobre|impuesto al))"),
        Kind.ANNUAL_RETURN,
    ),
)
_ANNUAL = re.compile(r"(?:periodo de la declaracion|periodicidad|periodo) ?: ?(?:del ejercicio|anual|ejercicio \d)")
#: Issuers whose papers have the titles of SAT's.
_OTHER_ISSUERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"seguridad social|instituto mexicano del seguro social|\bimss\b"), "IMSS (social security)"),
    (re.compile(r"infonavit|fondo nacional de la vivienda|aportaciones patronales"), "INFONAVIT (housing)"),
    (
        re.compile(
            r"obligaciones fiscales (?:estatales|locales|municipales)|contribuciones (?:estatales|locales)"
            r"|secretaria de (?:administracion y )?finanzas|gobierno del estado|gobierno de la ciudad de mexico"
        ),
        "a state's tax office",
    ),
)
_ABOUT_TITLE = 200
#: A cadena original of SAT's, blanks removed: an opinión's holds its folio, a constancia's its own title. Whoever has
#: one is SAT's, whatever its taxpayer is called (IMSS and INFONAVIT are taxpayers too).
_SAT_CHAIN = re.compile(r"\|[0-9]{2}[a-z]{2}[0-9]{7}\||\|constanciadesituacionfiscal\|")


def kind_of_paper(text: str) -> Kind | None:
    """Return the kind of a paper from the text of its PDF; None where no title of SAT's papers is in it.

    Raises UnreadableDocument(NOT_A_SAT_DOCUMENT) for one of IMSS, INFONAVIT or a state, naming the issuer.
    """
    words = plain(text[:_HEAD])
    found = [(mark.start(), mark.end(), kind) for title, kind in _TITLES if (mark := title.search(words))]
    if not found:
        return None
    _, end, kind = min(found)
    if kind.delivery is Delivery.PROFILE and not _SAT_CHAIN.search(plain(text).replace(" ", "")):
        _refuse_other_issuers(words[: end + _ABOUT_TITLE])
    return Kind.ANNUAL_RETURN if kind is Kind.MONTHLY_RETURN and _ANNUAL.search(words) else kind


def _refuse_other_issuers(head: str) -> None:
    for name, issuer in _OTHER_ISSUERS:
        if name.search(head):
            raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, f"a paper of {issuer}, which is not SAT's")
