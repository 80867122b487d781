"""Retenciones e información de pagos as XML, versions 1.0 and 2.0, with the complement of its key."""

from __future__ import annotations

from gateway.sandbox.taxpayers.withholding_complements import BASE, complement_of
from gateway.sandbox.taxpayers.withholdings import WithheldTax, Withholding
from gateway.sandbox.taxpayers.xml import XSI, Stamp, document, element, moment, money, stamp_10, stamp_11, stamp_of


def write(key: bytes, made: Withholding) -> bytes:
    """Write a retención in its own version."""
    stamp = stamp_of(key, made.uuid, made.issuer.rfc, made.issued_at)
    return document(_version_10(made, stamp) if made.version == "1.0" else _version_20(made, stamp))


def _head(made: Withholding, major: str) -> dict[str, object | None]:
    extra = complement_of(made)
    own = f"{BASE}/{major} {BASE}/{major}/retencionpagov{major}.xsd"
    return {
        "xmlns:retenciones": f"{BASE}/{major}",
        "xmlns:xsi": XSI,
        f"xmlns:{extra.prefix}": extra.namespace,
        "xsi:schemaLocation": f"{own} {extra.namespace} {extra.schema}",
    }


def _version_10(made: Withholding, stamp: Stamp) -> str:
    return element(
        "retenciones:Retenciones",
        {
            **_head(made, "1"),
            "Version": "1.0",
            "FolioInt": made.folio,
            "Sello": stamp.seal,
            "NumCert": stamp.certificate_number,
            "Cert": stamp.certificate,
            "FechaExp": moment(made.issued_at) + "-06:00",
            "CveRetenc": made.key,
            "DescRetenc": made.name,
        },
        element("retenciones:Emisor", {"RFCEmisor": made.issuer.rfc, "NomDenRazSocE": made.issuer.full_name}),
        _receiver_10(made),
        element(
            "retenciones:Periodo",
            {"MesIni": made.period.month, "MesFin": made.period.month, "Ejerc": made.period.year},
        ),
        _totals_10(made),
        element("retenciones:Complemento", {}, complement_of(made).xml, stamp_10(made.uuid, stamp)),
    )


def _receiver_10(made: Withholding) -> str:
    party = made.receiver
    if party.country:
        inner = element("retenciones:Extranjero", {"NumRegIdTrib": party.foreign_id, "NomDenRazSocR": party.name})
        return element("retenciones:Receptor", {"Nacionalidad": "Extranjero"}, inner)
    attributes = {"RFCRecep": party.rfc, "NomDenRazSocR": party.full_name, "CURPR": party.curp or None}
    return element(
        "retenciones:Receptor", {"Nacionalidad": "Nacional"}, element("retenciones:Nacional", dict(attributes))
    )


def _totals_10(made: Withholding) -> str:
    rows = (
        element(
            "retenciones:ImpRetenidos",
            {
                "BaseRet": _six(row.base),
                "Impuesto": row.code[1:],
                "montoRet": _six(row.amount),
                "TipoPagoRet": "Pago definitivo" if row.final else "Pago provisional",
            },
        )
        for row in made.taxes
    )
    totals = {
        "montoTotOperacion": _six(made.amount),
        "montoTotGrav": _six(made.taxed),
        "montoTotExent": _six(made.exempt),
        "montoTotRet": _six(made.withheld),
    }
    return element("retenciones:Totales", dict(totals), *rows)


def _version_20(made: Withholding, stamp: Stamp) -> str:
    issuer = made.issuer
    return element(
        "retenciones:Retenciones",
        {
            **_head(made, "2"),
            "Version": "2.0",
            "FolioInt": made.folio,
            "Sello": stamp.seal,
            "NoCertificado": stamp.certificate_number,
            "Certificado": stamp.certificate,
            "FechaExp": moment(made.issued_at),
            "LugarExpRetenc": issuer.postal_code,
            "CveRetenc": made.key,
            "DescRetenc": made.name,
        },
        element(
            "retenciones:Emisor",
            {"RfcE": issuer.rfc, "NomDenRazSocE": issuer.name, "RegimenFiscalE": issuer.regime},
        ),
        _receiver_20(made),
        element(
            "retenciones:Periodo",
            {
                "MesIni": f"{made.period.month:02d}",
                "MesFin": f"{made.period.month:02d}",
                "Ejercicio": made.period.year,
            },
        ),
        _totals_20(made),
        element("retenciones:Complemento", {}, complement_of(made).xml, stamp_11(made.uuid, stamp)),
    )


def _receiver_20(made: Withholding) -> str:
    party = made.receiver
    if party.country:
        inner = element("retenciones:Extranjero", {"NumRegIdTribR": party.foreign_id, "NomDenRazSocR": party.name})
        return element("retenciones:Receptor", {"NacionalidadR": "Extranjero"}, inner)
    attributes = {
        "RfcR": party.rfc,
        "NomDenRazSocR": party.name,
        "CurpR": party.curp or None,
        "DomicilioFiscalR": party.postal_code,
    }
    return element(
        "retenciones:Receptor", {"NacionalidadR": "Nacional"}, element("retenciones:Nacional", dict(attributes))
    )


def _totals_20(made: Withholding) -> str:
    rows = (
        element(
            "retenciones:ImpRetenidos",
            {
                "BaseRet": money(row.base),
                "ImpuestoRet": row.code,
                "MontoRet": money(row.amount),
                "TipoPagoRet": _payment_kind(row),
            },
        )
        for row in made.taxes
    )
    totals = {
        "MontoTotOperacion": money(made.amount),
        "MontoTotGrav": money(made.taxed),
        "MontoTotExent": money(made.exempt),
        "MontoTotRet": money(made.withheld),
    }
    return element("retenciones:Totales", dict(totals), *rows)


def _payment_kind(row: WithheldTax) -> str:
    if row.code == "002":
        return "01"
    return "03" if row.final else "04"


def _six(cents: int) -> str:
    return money(cents) + "0000"
