"""Documents are broken, an attribute or an element at a time: no figure may change while it claims to be complete.

`accounts` says of one document what each insight adds up of it, and why it can not: the same reasons by which the
store's aggregations count (tests/graphql/test_coverage.py holds those to their documents). A document that is no longer
read is known from its metadata alone, which lowers every coverage.

BREAKS=all breaks everything in every way; otherwise a fixed sample of the breaks is tried.
"""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.errors import UnreadableDocument
from gateway.sandbox.taxpayers import Taxpayers
from gateway.sat import figures
from gateway.sat.gaps import Gap
from gateway.sat.kinds import Kind
from gateway.sat.payment_figures import WITHOUT_MONEY
from gateway.sat.readers import read_xml
from gateway.syncfy.sites import Site
from tests.budget import examples
from tests.unit.sandbox_taxpayers.reading import COMPANY, PERSON, TODAY
from tests.unit.sat.builders import every_version

SAMPLES = Path(__file__).parents[3] / "../shared/samples"
ALL = os.environ.get("BREAKS") == "all"
#: What of a document an insight adds up, and why it can not.
Account = tuple[Any, Gap | None]
Break = tuple[str, Callable[[], bytes]]
#: Samples declare namespaces that are no URIs.
_PARSER = etree.XMLParser(recover=True)


def accounts(content: bytes) -> dict[str, Account] | None:
    """Say what each insight makes of a document; None of one that is not read."""
    try:
        reading = read_xml(content)
    except UnreadableDocument:
        return None
    # The date of its transaction, by which one that does not tell its own is listed.
    record: Any = {**reading.record, "order": "2020-01-01T00:00:00|"}
    if reading.kind is Kind.WITHHOLDING:
        found: Any = figures.of_withholding(record)
        return {"withheld": ([found[name] for name in ("month", "isr_withheld", "iva_withheld")], found["gap"])}
    made = figures.of_invoice(record)
    return {name: of(record, made) for name, of in _INSIGHTS.items()}


def _pesos(found: Any, gap: str) -> Gap | None:
    return found["gaps"].get(gap) or (None if found["rate"] is not None else Gap.UNKNOWN_CURRENCY)


def _trade(_: Any, found: Any) -> Account:
    if found["nature"] not in ("INCOME", "CREDIT_NOTE", None):
        return None, None
    return (found["nature"], found["day"][:7], found["mxn"]), _pesos(found, "amounts")


def _cash(record: Any, found: Any) -> Account:
    nature = found["nature"]
    if nature in ("PAYMENT", "TRANSFER") or (nature == "INCOME" and record["payment_method"] == "PPD"):
        return None, None
    related = {one["uuid"] for one in record["related"]} if nature == "CREDIT_NOTE" else set()
    apart = record["payment_form"] in WITHOUT_MONEY and nature != "PAYROLL"
    return (nature, found["day"][:7], found["total_mxn"], apart, related), _pesos(found, "cash")


def _payments(_: Any, found: Any) -> Account:
    if found["nature"] != "PAYMENT":
        return None, None if found["nature"] else Gap.MISSING_VALUE
    paid = [(one["month"], one["mxn"], one["form"] in WITHOUT_MONEY) for one in found["payments"]]
    gaps = [one["gap"] or (Gap.UNKNOWN_CURRENCY if one["mxn"] is None else None) for one in found["payments"]]
    return paid, next((gap for gap in gaps if gap), None)


def _shares(_: Any, found: Any) -> Account:
    if found["nature"] != "PAYMENT":
        return None, None if found["nature"] else Gap.MISSING_VALUE
    # Of a share that does not tell its taxes the invoice is looked up.
    told = [(s["month"], s["mxn"], s["taxes_mxn"] or s["uuid"]) for s in found["settles"]]
    lost = [Gap.INVOICE_NOT_HERE for s in found["settles"] if not s["taxes_mxn"] and not s["uuid"]]
    gaps = [one["gap"] or (Gap.UNKNOWN_CURRENCY if one["mxn"] is None else None) for one in found["settles"]] + lost
    return told, next((gap for gap in gaps if gap), None)


def _balance(record: Any, found: Any) -> Account:
    later = found["nature"] == "INCOME" and record["payment_method"] == "PPD"
    settles = [(one["uuid"], one["amount"]) for one in found["settles"] if one["uuid"]]
    unknown = Gap.UNKNOWN_CURRENCY if later and found["rate"] is None else None
    return (found["total_mxn"] if later else None, settles), found["gaps"].get("balance") or unknown


def _products(_: Any, found: Any) -> Account:
    lines = [(one["product_key"] or one["description"], one["quantity"], one["net_mxn"]) for one in found["lines"]]
    return sorted(lines, key=str), _pesos(found, "lines") if lines else found["gaps"].get("lines")


def _payroll(_: Any, found: Any) -> Account:
    if found["nature"] not in ("PAYROLL", None):
        return None, None
    return (found["day"][:7], found["payroll"], found["total_mxn"]), found["gaps"].get("amounts")


_INSIGHTS: dict[str, Callable[[Any, Any], Account]] = {
    "trade": _trade,
    "cash": _cash,
    "payments": _payments,
    "shares": _shares,
    "balance": _balance,
    "products": _products,
    "payroll": _payroll,
}


def faults(before: dict[str, Account], content: bytes) -> list[str]:
    """The insights that a broken document changes, and that would still claim to be complete."""
    after = accounts(content)
    if after is None or after.keys() != before.keys():
        return []
    return [
        insight
        for insight, (value, gap) in before.items()
        if gap is None and after[insight][1] is None and after[insight][0] != value
    ]


def breaks(content: bytes) -> list[Break]:
    """Every way to break a document: its name, and what makes the broken one."""
    root = etree.fromstring(content, _PARSER)
    found: list[Break] = []
    for place, element in enumerate(root.iter(etree.Element)):
        name = etree.QName(element).localname
        for attribute, value in element.attrib.items():
            if not attribute.startswith("{"):
                for way, change in _OF_ATTRIBUTES.items():
                    found.append(
                        (f"{way} {name}/@{attribute}", partial(_changed, root, place, change, attribute, value))
                    )
        if element is not root:
            found += [(f"{way} {name}", partial(_changed, root, place, change)) for way, change in _OF_ELEMENTS.items()]
    return found


def _changed(root: Any, place: int, change: Callable[..., Any], *arguments: str) -> bytes:
    tree = copy.deepcopy(root)
    change(next(element for number, element in enumerate(tree.iter(etree.Element)) if number == place), *arguments)
    made: bytes = etree.tostring(tree)
    return made


def _moved(element: Any) -> None:
    """Put an element into an Addenda, where nothing is SAT's."""
    root = element.getroottree().getroot()
    etree.SubElement(root, etree.QName(etree.QName(root).namespace, "Addenda")).append(element)


_OF_ATTRIBUTES: dict[str, Callable[[Any, str, str], Any]] = {
    "drop": lambda element, name, _: element.attrib.pop(name),
    "empty": lambda element, name, _: element.set(name, ""),
    "garble": lambda element, name, value: element.set(name, f"\u00bf{value[1:]}?"),
}
_OF_ELEMENTS: dict[str, Callable[[Any], Any]] = {
    "drop": lambda element: element.getparent().remove(element),
    "repeat": lambda element: element.addnext(copy.deepcopy(element)),
    "move": _moved,
}


def _generated() -> dict[str, bytes]:
    """One document of each version, type and set of complements that the sandbox writes."""
    found: dict[str, bytes] = {}
    for rfc in (COMPANY, PERSON):
        portfolio = Taxpayers(7, 400, TODAY)(rfc)
        for site in (Site.CIEC, Site.WITHHOLDINGS):
            for row in portfolio.transactions(site):
                content = row.attachments[0].read() if row.attachments else b""
                if not content.lstrip().startswith(b"<"):
                    continue
                root = etree.fromstring(content, _PARSER)
                holders = [child for child in root if etree.QName(child).localname == "Complemento"]
                complements = sorted({etree.QName(one).localname for holder in holders for one in holder})
                names = ("Version", "version", "TipoDeComprobante", "tipoDeComprobante", "MetodoPago", "Moneda")
                key = "-".join([etree.QName(root).localname, *(root.get(name, "") for name in names), *complements])
                found.setdefault(key, content)
    return found


def _documents() -> dict[str, bytes]:
    found = _generated() | {f"builder-{number}": content for number, content in enumerate(every_version())}
    if SAMPLES.is_dir():
        found |= {str(path.relative_to(SAMPLES)): path.read_bytes() for path in sorted(SAMPLES.rglob("*.xml"))}
    return {name: content for name, content in found.items() if len(content) < 60_000 and accounts(content)}


DOCUMENTS = _documents()
#: What nobody can tell from the broken document alone, by the way that it was broken and the insight, and why.
UNTOLD = {
    ("garble Concepto/@descripcion", "products"): "3.2 has products by their description, which is any text",
    ("drop Concepto", "products"): "a line of a cent: it may as well be what the others were rounded by",
    ("repeat Concepto", "products"): "as above",
    ("move Concepto", "products"): "as above",
    ("drop DoctoRelacionado/@ImpPagado", "shares"): "Pagos 1.0 lets it out: then it is what the balances differ by",
    ("drop DoctoRelacionado/@ImpPagado", "balance"): "as above",
    ("empty DoctoRelacionado/@ImpPagado", "shares"): "as above",
    ("empty DoctoRelacionado/@ImpPagado", "balance"): "as above",
}
#: The documents that these are known of: anywhere else they are faults.
OF_CENTS, OF_BALANCES = "gobl.cfdi/test/data/out/credit-note.xml", "pagos10/sample-errors.xml"


def untold(name: str, way: str, insight: str) -> bool:
    """Return True of a change that no document could tell."""
    if "@descripcion" in way:
        return insight == "products"
    return (way, insight) in UNTOLD and name.endswith((OF_CENTS, OF_BALANCES))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_figure_changes_while_it_claims_to_be_complete(name: str) -> None:
    content = DOCUMENTS[name]
    before = accounts(content)
    assert before is not None
    ways = breaks(content)
    if not ALL:
        # A fixed sample: those of another document are others.
        ways = random.Random(name).sample(ways, min(len(ways), examples(60)))
    wrong = [(way, insight) for way, broken in ways for insight in faults(before, broken())]
    wrong = [one for one in wrong if not untold(name, *one)]
    assert wrong == []
