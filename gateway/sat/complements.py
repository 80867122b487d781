"""The complements of a CFDI or retención: those with a type of their own, and every other one whole, as a tree.

A complement never costs the document: one with a value that its type does not allow, of a version nobody published, or
for the second time, is noted and kept as a tree too. Those that have amounts are added up instead, as often as they
come. Only the stamp and Pagos, whose readers are elsewhere, are strict.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from gateway.sat import foreign_trade, local_taxes, payroll, waybill, withholding_complements
from gateway.sat.complement_document import InvoiceComplements, OtherComplement
from gateway.sat.node import BadValue, Node
from gateway.sat.stamp import Certification
from gateway.sat.withholding_complement_document import WithholdingComplements

#: All trees of one document together: a row of MongoDB holds 16 MB. The file itself is kept anyway.
MAX_TREES = 4 * 1024 * 1024

# A place is found by walking the whole document: a flood of bad complements must not walk it for each.
_MAX_PATHS = 10

_READ_ELSEWHERE = frozenset({"TimbreFiscalDigital", "Pagos"})


class _Typed(NamedTuple):
    key: str
    versions: frozenset[str]
    read: Callable[[Node, list[str]], Any]
    #: Makes one of two; without it the second one is kept as a tree.
    together: Callable[[Any, Any], Any] | None = None


_OF_INVOICES = {
    "Nomina": _Typed("payrolls", payroll.VERSIONS, payroll.read),
    "ImpuestosLocales": _Typed("local_taxes", local_taxes.VERSIONS, local_taxes.read, together=local_taxes.together),
    "ComercioExterior": _Typed("foreign_trade", foreign_trade.VERSIONS, foreign_trade.read),
    "CartaPorte": _Typed("waybill", waybill.VERSIONS, waybill.read),
}
_OF_WITHHOLDINGS = {
    "ServiciosPlataformasTecnologicas": _Typed(
        "platform_services", withholding_complements.VERSIONS, withholding_complements.read_platform_services
    ),
    "Dividendos": _Typed("dividends", withholding_complements.VERSIONS, withholding_complements.read_dividends),
    "Intereses": _Typed("interest", withholding_complements.VERSIONS, withholding_complements.read_interest),
}


def of_invoice(document: Node, said: Certification, notes: list[str]) -> InvoiceComplements:
    """Return those of the document and those of its lines."""
    found: InvoiceComplements = {
        "payrolls": [],
        "local_taxes": None,
        "foreign_trade": None,
        "waybill": None,
        "other_complements": [],
    }
    of_lines = _of_lines(document)
    if of_lines or not _READ_ELSEWHERE.issuperset(said.complements):
        trees = _Trees(notes)
        _collect(document, said.nodes, _OF_INVOICES, found, trees)
        found["other_complements"] += [trees.kept(node, line) for line, node in of_lines]
    return found


def of_withholding(document: Node, said: Certification, notes: list[str]) -> WithholdingComplements:
    """Read the complements of a retención."""
    found: WithholdingComplements = {
        "platform_services": None,
        "dividends": None,
        "interest": None,
        "other_complements": [],
    }
    _collect(document, said.nodes, _OF_WITHHOLDINGS, found, _Trees(notes))
    return found


def _collect(document: Node, nodes: list[Node], types: dict[str, _Typed], found: Any, trees: _Trees) -> None:
    for node in nodes:
        if node.name in _READ_ELSEWHERE:
            continue
        typed = types.get(node.name)
        record = _read(document, node, typed, trees) if typed else None
        if typed is None or record is None:
            found["other_complements"].append(trees.kept(node, None))
        elif isinstance(found[typed.key], list):
            found[typed.key].append(record)
        elif found[typed.key] is None:
            found[typed.key] = record
            if "tree" in record:
                record["tree"] = trees.text(node)
        elif typed.together:
            found[typed.key] = typed.together(found[typed.key], record)
        else:
            trees.notes.append(f"{node.name} occurs again: the first one counts, the others are kept as trees")
            found["other_complements"].append(trees.kept(node, None))


def _read(document: Node, node: Node, typed: _Typed, trees: _Trees) -> Any:
    """Return the complement's record; None, with a note, for one that is kept as a tree."""
    if node.attributes.get("Version") not in typed.versions:
        trees.notes.append(f"{node.name} is of a version without a type: kept as a tree")
        return None
    try:
        return typed.read(node, trees.notes)
    except BadValue as error:
        # Never the value itself: a note is shown and logged.
        where = f" at {error.placed(document).path}" if trees.may_look_up() else ""
        trees.notes.append(f"{node.name} is kept as a tree: {error.detail}{where}")
        return None


def _of_lines(document: Node) -> list[tuple[int, Node]]:
    """Return the line's place, from 1, and each of its complements."""
    holders = [
        (concept, child)
        for lines in document.children
        if lines.name == "Conceptos"
        for concept in lines.children
        for child in concept.children
        if child.name == "ComplementoConcepto"
    ]
    if not holders:
        return []
    places = {id(concept): place for place, concept in enumerate(document.all("Conceptos", "Concepto"), 1)}
    return [
        (places[id(concept)], node) for concept, child in holders if id(concept) in places for node in child.children
    ]


class _Trees:
    """Writes a document's trees, as long as they fit a row."""

    def __init__(self, notes: list[str]) -> None:
        self.notes = notes
        self._left = MAX_TREES
        self._paths_left = _MAX_PATHS

    def may_look_up(self) -> bool:
        self._paths_left -= 1
        return self._paths_left >= 0

    def kept(self, node: Node, line: int | None) -> OtherComplement:
        version = node.attributes.get("Version")
        return {"name": node.name, "version": version, "line_item": line, "tree": self.text(node)}

    def text(self, node: Node) -> str | None:
        """JSON and not a sub-document: names may hold dots and dollars, which MongoDB reads as paths and operators."""
        text = json.dumps(_tree(node), ensure_ascii=False, separators=(",", ":"))
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > self._left:
            self.notes.append(f"{node.name[:60]} is too large to be shown as a tree: see the file")
            return None
        self._left -= size
        return text


def _tree(node: Node) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "name": node.name,
        "attributes": node.attributes,
        "children": [_tree(child) for child in node.children],
    }
    if text := "".join(getattr(node, "texts", ())).strip():
        tree["text"] = text
    return tree
