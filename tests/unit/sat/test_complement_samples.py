"""The complements of documents that nobody here wrote: each value that a second witness finds is in the reading."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gateway.errors import UnreadableDocument
from gateway.sat.readers import read_xml

SAMPLES = Path(__file__).parents[3] / "../shared/samples"

if not SAMPLES.is_dir():
    pytest.skip("the sample documents are not in this checkout", allow_module_level=True)

TYPED = {
    "Nomina": "payrolls",
    "ImpuestosLocales": "local_taxes",
    "ComercioExterior": "foreign_trade",
    "CartaPorte": "waybill",
    "ServiciosPlataformasTecnologicas": "platform_services",
    "Dividendos": "dividends",
    "Intereses": "interest",
}
STRICT = ("TimbreFiscalDigital", "Pagos")


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def complements(root: ET.Element) -> Iterator[ET.Element]:
    for holder in root:
        if local(holder.tag) == "Complemento":
            yield from holder
    for concept in root.findall("./{*}Conceptos/{*}Concepto/{*}ComplementoConcepto"):
        yield from concept


def files() -> Iterator[Any]:
    for file in sorted(SAMPLES.rglob("*.xml")):
        try:
            root = ET.parse(file).getroot()
        except ET.ParseError:
            continue
        if any(local(node.tag) not in STRICT for node in complements(root)):
            yield pytest.param(file, id=str(file.relative_to(SAMPLES)))


def said(element: ET.Element) -> Counter[str]:
    """Every value of the element and of those below it, as a reader may spell it."""
    found: Counter[str] = Counter()
    for node in element.iter():
        for name, text in node.items():
            if text.strip() and not name.startswith("{"):
                found[spelled(text)] += 1
    return found


def spelled(text: str) -> str:
    folded = {"SÍ": "1", "SI": "1", "TRUE": "1", "NO": "0", "FALSE": "0"}.get(
        text.strip().upper(), text.strip().upper()
    )
    return str(int(folded)) if folded.isdigit() else folded


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    elif value is not None:
        yield spelled(str(value))


def tree(element: ET.Element) -> dict[str, Any]:
    names = {name.lower(): text.strip() for name, text in element.items() if not name.startswith("{")}
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    return {
        "name": local(element.tag).lower(),
        "attributes": {name: text for name, text in names.items() if text},
        "children": [tree(child) for child in element],
        "text": text.strip(),
    }


def folded(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": node["name"].lower(),
        "attributes": {name.lower(): text for name, text in node["attributes"].items()},
        "children": [folded(child) for child in node["children"]],
        "text": node.get("text", ""),
    }


@pytest.mark.parametrize("file", list(files()))
def test_every_value_of_every_complement(file: Path) -> None:
    try:
        record = read_xml(file.read_bytes()).record
    except UnreadableDocument as refused:
        pytest.skip(f"refused: {refused.reason}")
    trees = [folded(json.loads(kept["tree"])) for kept in record["other_complements"]]
    typed: Counter[str] = Counter()
    for element in complements(ET.parse(file).getroot()):
        name = local(element.tag)
        if name in STRICT:
            continue
        if (whole := tree(element)) in trees:
            trees.remove(whole)
            continue
        value = record[TYPED[name]]
        one = value[typed[name]] if isinstance(value, list) else value
        missing = said(element) - Counter(leaves(one))
        assert not missing, (name, missing)
        typed[name] += 1
    assert trees == []


def test_the_samples_have_most_of_the_types() -> None:
    seen = {local(node.tag) for param in files() for node in complements(ET.parse(param.values[0]).getroot())}
    assert {"Nomina", "ImpuestosLocales", "ServiciosPlataformasTecnologicas", "Dividendos", "Intereses"} <= seen
    assert len(seen - set(TYPED)) > 10
