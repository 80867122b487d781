"""Domicilios: 3.2's of both parties and those of the complements, which spell two of the names otherwise."""

from __future__ import annotations

from gateway.sat.complement_document import PostalAddress
from gateway.sat.node import Node
from gateway.sat.values import either, upper


def inside(holder: Node, name: str = "Domicilio") -> PostalAddress | None:
    """Return the Domicilio inside an element."""
    home = holder.child(name)
    return of(home) if home else None


def of(home: Node) -> PostalAddress:
    """Read a Domicilio, of whose names the complements spell two otherwise."""
    get = home.attributes.get
    return {
        "street": get("Calle"),
        "exterior_number": either(home, "NumeroExterior", "NoExterior"),
        "interior_number": either(home, "NumeroInterior", "NoInterior"),
        "neighbourhood": get("Colonia"),
        "locality": get("Localidad"),
        "reference": get("Referencia"),
        "municipality": get("Municipio"),
        "state": get("Estado"),
        "country": upper(home, "Pais"),
        "postal_code": get("CodigoPostal"),
    }
