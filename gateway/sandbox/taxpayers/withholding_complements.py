"""The complements of a retención: platform services, dividends, interest and payments abroad."""

from __future__ import annotations

from typing import NamedTuple

from gateway.sandbox.taxpayers.lines import share
from gateway.sandbox.taxpayers.withholdings import ABROAD, DIVIDENDS, INTEREST, Withholding
from gateway.sandbox.taxpayers.xml import element, money

BASE = "http://www.sat.gob.mx/esquemas/retencionpago"


class Complement(NamedTuple):
    name: str  # the root's name in lower case, as Syncfy's keywords write it
    prefix: str
    namespace: str
    schema: str
    xml: str


def complement_of(made: Withholding) -> Complement:
    """Write the complement that belongs to the retención's key."""
    if made.key == DIVIDENDS:
        return _complement("dividendos", "dividendos.xsd", _dividends(made))
    if made.key == INTEREST:
        return _complement("intereses", "intereses.xsd", _interest(made))
    if made.key == ABROAD:
        return _complement("pagosaextranjeros", "pagosaextranjeros.xsd", _abroad())
    namespace = f"{BASE}/1/PlataformasTecnologicas10"
    return Complement(
        "serviciosplataformastecnologicas",
        "plataformasTecnologicas",
        namespace,
        f"{namespace}/ServiciosPlataformasTecnologicas10.xsd",
        _platform(made),
    )


def _complement(name: str, schema: str, xml: str) -> Complement:
    return Complement(name, name, f"{BASE}/1/{name}", f"{BASE}/1/{name}/{schema}", xml)


def _platform(made: Withholding) -> str:
    income, vat = made.taxes
    charged = share(made.amount, "0.160000")
    commission = money(share(made.amount, "0.250000"))
    detail = element(
        "plataformasTecnologicas:DetallesDelServicio",
        {
            "FormaPagoServ": "03",
            "TipoDeServ": "01",
            "FechaServ": made.period.replace(day=28),
            "PrecioServSinIVA": money(made.amount),
        },
        element(
            "plataformasTecnologicas:ImpuestosTrasladadosdelServicio",
            {
                "Base": money(made.amount),
                "Impuesto": "02",
                "TipoFactor": "Tasa",
                "TasaCuota": "0.160000",
                "Importe": money(charged),
            },
        ),
        element("plataformasTecnologicas:ComisionDelServicio", {"Porcentaje": "0.250", "Importe": commission}),
    )
    return element(
        "plataformasTecnologicas:ServiciosPlataformasTecnologicas",
        {
            "Version": "1.0",
            "Periodicidad": "02",
            "NumServ": 1,
            "MonTotServSIVA": money(made.amount),
            "TotalIVATrasladado": money(charged),
            "TotalIVARetenido": money(vat.amount),
            "TotalISRRetenido": money(income.amount),
            "DifIVAEntregadoPrestServ": money(charged - vat.amount),
            "MonTotalporUsoPlataforma": commission,
        },
        element("plataformasTecnologicas:Servicios", {}, detail),
    )


def _dividends(made: Withholding) -> str:
    paid = element(
        "dividendos:DividOUtil",
        {
            "CveTipDivOUtil": "01",
            "MontISRAcredRetMexico": money(made.withheld),
            "MontISRAcredRetExtranjero": "0.00",
            "TipoSocDistrDiv": "Sociedad Nacional",
            "MontDivAcumNal": money(made.amount),
        },
    )
    return element("dividendos:Dividendos", {"Version": "1.0"}, paid)


def _interest(made: Withholding) -> str:
    return element(
        "intereses:Intereses",
        {
            "Version": "1.0",
            "SistFinanciero": "SI",
            "RetiroAORESRetInt": "NO",
            "OperFinancDerivad": "NO",
            "MontIntNominal": money(made.amount),
            "MontIntReal": money(made.amount * 42 // 100),
            "Perdida": "0.00",
        },
    )


def _abroad() -> str:
    paid = element(
        "pagosaextranjeros:NoBeneficiario",
        {"PaisDeResidParaEfecFisc": "US", "ConceptoPago": "3", "DescripcionConcepto": "Asistencia técnica"},
    )
    return element("pagosaextranjeros:Pagosaextranjeros", {"Version": "1.0", "EsBenefEfectDelCobro": "NO"}, paid)
