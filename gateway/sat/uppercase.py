"""Syncfy's two JSON shapes of a CFDI → the same `Node`s that its XML gives. Names are upper-cased; the values are the
document's.

`/json`: attributes and children of an element are keys of one object; one child is an object, several are a list of
one-key objects, an empty element is null. `/extra`: a tree of {"n": name, "a": attributes, "c": children}.
"""

from __future__ import annotations

from typing import Any

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.node import Node, element_name, fold_attributes

_ROOTS = ("Comprobante", "Retenciones")


def from_json(value: Any) -> Node:
    """Takes the document's object, or the answer that carries it under "json". Raises NOT_A_SAT_DOCUMENT."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and "json" in value:
        value = value["json"]
    if isinstance(value, dict):
        for key, inner in value.items():
            if element_name(key) in _ROOTS and isinstance(inner, dict | list):
                return _element(key, inner)
    raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no Comprobante and no Retenciones")


def from_extra(value: Any) -> Node:
    """Takes the list of nodes, or the answer that carries it under "extra". Raises NOT_A_SAT_DOCUMENT."""
    if isinstance(value, dict) and "extra" in value:
        value = value["extra"]
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict) and isinstance(node.get("n"), str) and element_name(node["n"]) in _ROOTS:
            return _extra_element(node)
    raise UnreadableDocument(UnreadableReason.NOT_A_SAT_DOCUMENT, "no Comprobante and no Retenciones")


def _extra_element(raw: dict[str, Any]) -> Node:
    attributes = raw.get("a")
    node = Node(element_name(raw["n"]), _attributes(attributes if isinstance(attributes, dict) else {}))
    children = raw.get("c")
    for child in children if isinstance(children, list) else []:
        if isinstance(child, dict) and isinstance(child.get("n"), str) and element_name(child["n"]) != "Addenda":
            node.children.append(_extra_element(child))
    return node


def _element(key: str, value: Any) -> Node:
    attributes: dict[str, Any] = {}
    node = Node(element_name(key), {})
    for item in value if isinstance(value, list) else [value]:
        for name, inner in item.items() if isinstance(item, dict) else ():
            if inner is None or isinstance(inner, dict | list):
                _append(node, name, inner)
            else:
                attributes[name] = inner
    node.attributes = _attributes(attributes)
    return node


def _append(parent: Node, key: str, value: Any) -> None:
    if element_name(key) == "Addenda":
        return
    if isinstance(value, list) and not _is_list_of_children(value):
        # Several elements of one name, each an object of its own.
        parent.children.extend(_element(key, item) for item in value)
    else:
        parent.children.append(_element(key, value))


def _is_list_of_children(items: list[Any]) -> bool:
    """True for [{"CFDI:CONCEPTO": …}, {"CFDI:CONCEPTO": …}]: what the one element under the key holds."""
    named = [next(iter(item)) for item in items if isinstance(item, dict) and len(item) == 1]
    return len(named) == len(items) and any(":" in name for name in named)


def _attributes(raw: dict[str, Any]) -> dict[str, str]:
    return fold_attributes({key: _text(value) for key, value in raw.items()})


def _text(value: Any) -> str:
    # Syncfy's values are all strings; a number would have lost its zeros, but not its worth.
    return value if isinstance(value, str) else "" if isinstance(value, bool | dict | list | None) else str(value)
