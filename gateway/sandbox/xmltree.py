"""Syncfy's upper-cased views of an XML document: the tree of /extra and the map of /json."""

from __future__ import annotations

from typing import Any

import orjson
from lxml import etree

#: Always a list of one-key maps in Syncfy's samples of 2022, however few there are.
_LISTS = ("CFDI:CONCEPTOS",)


def as_tree(content: bytes) -> list[dict[str, Any]]:
    """Write the tree `[{"n": "CFDI:COMPROBANTE", "a": {…}, "c": […]}]`; empty for what is no XML."""
    root = _parsed(content)
    return [] if root is None else [_node(root)]


def as_json(content: bytes) -> Any:
    """Write an XML as `{"CFDI:COMPROBANTE": {…}}` and a JSON file as it is; None for anything else (a PDF)."""
    root = _parsed(content)
    if root is not None:
        return {_name(root, root.tag): _inner(root)}
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _parsed(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def _name(element: etree._Element, tag: object) -> str:
    """`PREFIX:TAG` in capitals, with the prefix that the document itself uses."""
    name = etree.QName(str(tag))
    prefix = next((own for own, uri in element.nsmap.items() if uri == name.namespace and own), None)
    return f"{prefix}:{name.localname}".upper() if prefix else name.localname.upper()


def _attributes(element: etree._Element) -> dict[str, str]:
    return {_name(element, name): str(value) for name, value in element.attrib.items()}


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _node(element: etree._Element) -> dict[str, Any]:
    node = {
        "n": _name(element, element.tag),
        "a": _attributes(element),
        "c": [_node(child) for child in _children(element)],
    }
    return node | ({"v": _text(element)} if _text(element) else {})


def _inner(element: etree._Element) -> Any:
    children = [(_name(child, child.tag), _inner(child)) for child in _children(element)]
    if _name(element, element.tag) in _LISTS:
        return [{name: value} for name, value in children]
    inner: dict[str, Any] = dict(_attributes(element))
    names = [name for name, _ in children]
    for name, value in children:
        if names.count(name) > 1:
            inner.setdefault(name, []).append(value)
        else:
            inner[name] = value
    if _text(element):
        inner["#TEXT"] = _text(element)
    return inner
