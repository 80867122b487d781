"""CFDI of a small taxpayer whose books are written by hand in the tests, delivered as Syncfy delivers them.

Every amount is given as text and stands in the XML as it is given: nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from gateway.ingest import read
from gateway.ingest.pipeline import store_batch
from gateway.ingest.read import Delivered
from gateway.models.taxpayer import Taxpayer
from gateway.store.mongo import Store
from gateway.syncfy.sites import Site
from gateway.syncfy.wire import AttachmentRef, AttachmentRefs, Extra, Keywords, Transaction
from gateway.usecases import create_taxpayer
from tests.profiles import resources_over
from tests.support import VIEWER

ME = "EKU9003173C9"
_MEXICO = ZoneInfo("America/Mexico_City")
_NAMES = {ME: "ESCUELA KEMPER URGATE", "XAXX010101000": "PUBLICO EN GENERAL"}


@dataclass(slots=True)
class Books:
    """Documents in the order in which they come."""

    delivered: list[Delivered] = field(default_factory=list)

    def add(
        self, number: int, issued: bool, at: str, xml: str | None, *, other: str, type: str = "I",
        amount: str = "0.00", currency: str = "MXN", cancelled: bool = False,
    ) -> str:  # fmt: skip
        """A transaction with its XML, or with its metadata alone; its UUID."""
        uuid = uuid_of(number)
        words = ("emitidas" if issued else "recibidas", "cancelado" if cancelled else "vigente", type.lower())
        refs = [AttachmentRef(id_attachment=f"{number:024}", file=f"{uuid}.xml")] if xml else []
        transaction = Transaction(
            id_transaction=f"{number:024}",
            id_site=Site.CIEC.id,
            description=name_of(other),
            reference=uuid,
            amount=Decimal(amount) if issued else -Decimal(amount),
            currency=currency,
            extra=Extra(tax_id=other),
            keywords=Keywords(words),
            attachments=AttachmentRefs(refs),
            # As Syncfy has it: an instant, which in UTC may lie in another month than the CFDI's own Fecha.
            dt_transaction=datetime.fromisoformat(at).replace(tzinfo=_MEXICO),
        )
        self.delivered.append(Delivered(Site.CIEC, transaction, (xml.encode(),) if xml else ()))
        return uuid

    async def stored(self, store: Store, owner: str = VIEWER) -> Taxpayer:
        """The taxpayer, with these documents read and stored by a worker's own code."""
        taxpayer, _ = await create_taxpayer(store, owner=owner, rfc=ME, name=_NAMES[ME])
        deps = resources_over(store)
        batch = read.read_transactions(self.delivered, ME)
        assert not batch.unreadable
        await store_batch(deps.store, taxpayer, batch)
        await deps.syncfy.aclose()
        return taxpayer


def uuid_of(number: int) -> str:
    return f"B00C5000-0000-4000-8000-{number:012}"


def name_of(rfc: str) -> str:
    return _NAMES.get(rfc, f"EMPRESA {rfc[:3]}")


def cfdi(
    number: int, issued: bool, at: str, *, other: str, subtotal: str, total: str, type: str = "I",
    discount: str | None = None, transferred: dict[str, str] | None = None, withheld: dict[str, str] | None = None,
    currency: str = "MXN", rate: str | None = None, method: str | None = "PUE", form: str | None = "03",
    lines: str | None = None, complement: str = "", inside: str = "",
) -> str:  # fmt: skip
    """CFDI 4.0. Taxes by their code: {"002": "160.00"}."""
    issuer, receiver = (ME, other) if issued else (other, ME)
    head = _attributes(
        Fecha=at, FormaPago=form, MetodoPago=method, SubTotal=subtotal, Descuento=discount, Moneda=currency,
        TipoCambio=rate, Total=total, TipoDeComprobante=type,
    )  # fmt: skip
    return f"""<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Exportacion="01"
 LugarExpedicion="06500" {head}>{inside}
 <cfdi:Emisor Rfc="{issuer}" Nombre="{name_of(issuer)}" RegimenFiscal="601"/>
 <cfdi:Receptor Rfc="{receiver}" Nombre="{name_of(receiver)}" UsoCFDI="G03" RegimenFiscalReceptor="601"
  DomicilioFiscalReceptor="06500"/>
 <cfdi:Conceptos>{lines or line("84111506", "Servicio", subtotal)}</cfdi:Conceptos>
 {_taxes(transferred or {}, withheld or {})}
 <cfdi:Complemento>{complement}{_stamp(number, at)}</cfdi:Complemento></cfdi:Comprobante>"""


def line(key: str, description: str, amount: str, quantity: str = "1", discount: str = "0.00") -> str:
    return (
        f'<cfdi:Concepto ClaveProdServ="{key}" Cantidad="{quantity}" ClaveUnidad="E48" Descripcion="{description}"'
        f' ValorUnitario="{amount}" Importe="{amount}" Descuento="{discount}" ObjetoImp="02"/>'
    )


def _taxes(transferred: dict[str, str], withheld: dict[str, str]) -> str:
    kept = "".join(f'<cfdi:Retencion Impuesto="{tax}" Importe="{amount}"/>' for tax, amount in withheld.items())
    rows = "".join(
        f'<cfdi:Traslado Base="1" Impuesto="{tax}" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="{amount}"/>'
        for tax, amount in transferred.items()
    )
    if not kept and not rows:
        return ""
    kept = f"<cfdi:Retenciones>{kept}</cfdi:Retenciones>" if kept else ""
    rows = f"<cfdi:Traslados>{rows}</cfdi:Traslados>" if rows else ""
    return f"<cfdi:Impuestos>{kept}{rows}</cfdi:Impuestos>"


def _stamp(number: int, at: str) -> str:
    return (
        '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
        f' UUID="{uuid_of(number)}" FechaTimbrado="{at}" RfcProvCertif="SAT970701NN3"/>'
    )


def _attributes(**values: str | None) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values.items() if value is not None)


def payment(
    number: int, issued: bool, at: str, paid_at: str, *, other: str, amount: str, shares: str, currency: str = "MXN",
    rate: str = "1", pesos: str | None = None, form: str = "03",
) -> str:  # fmt: skip
    """A CFDI of type P with one payment; `pesos`: what it is in pesos where that is another amount."""
    pagos = (
        '<pago20:Pagos xmlns:pago20="http://www.sat.gob.mx/Pagos20" Version="2.0">'
        f'<pago20:Totales MontoTotalPagos="{pesos or amount}"/><pago20:Pago FechaPago="{paid_at}" FormaDePagoP="{form}"'
        f' MonedaP="{currency}" TipoCambioP="{rate}" Monto="{amount}">{shares}</pago20:Pago></pago20:Pagos>'
    )
    return cfdi(number, issued, at, other=other, subtotal="0", total="0", type="P", currency="XXX", method=None,
                form=None, complement=pagos)  # fmt: skip


def share(of: int, paid: str, before: str, after: str, *, currency: str = "MXN", equivalence: str = "1") -> str:
    return (
        f'<pago20:DoctoRelacionado IdDocumento="{uuid_of(of)}" MonedaDR="{currency}" EquivalenciaDR="{equivalence}"'
        f' NumParcialidad="1" ImpSaldoAnt="{before}" ImpPagado="{paid}" ImpSaldoInsoluto="{after}" ObjetoImpDR="01"/>'
    )


def related(relation: str, *numbers: int) -> str:
    named = "".join(f'<cfdi:CfdiRelacionado UUID="{uuid_of(number)}"/>' for number in numbers)
    return f'<cfdi:CfdiRelacionados TipoRelacion="{relation}">{named}</cfdi:CfdiRelacionados>'


def payroll(
    number: int, at: str, *, employee: str, perceptions: str, deductions: str, isr: str, others: str, total: str
) -> str:
    nomina = f"""<nomina12:Nomina xmlns:nomina12="http://www.sat.gob.mx/nomina12" Version="1.2" TipoNomina="O"
 FechaPago="{at[:10]}" FechaInicialPago="{at[:10]}" FechaFinalPago="{at[:10]}" NumDiasPagados="15"
 TotalPercepciones="{perceptions}" TotalDeducciones="{deductions}" TotalOtrosPagos="{others}">
 <nomina12:Receptor Curp="XEXX010101HNEXXXA4" TipoContrato="01" TipoRegimen="02" NumEmpleado="1" PeriodicidadPago="04"
  ClaveEntFed="CMX"/>
 <nomina12:Percepciones TotalSueldos="{perceptions}" TotalGravado="{perceptions}" TotalExento="0">
  <nomina12:Percepcion TipoPercepcion="001" Clave="1" Concepto="Sueldo" ImporteGravado="{perceptions}"
   ImporteExento="0"/></nomina12:Percepciones>
 <nomina12:Deducciones TotalImpuestosRetenidos="{isr}"><nomina12:Deduccion TipoDeduccion="002" Clave="2" Concepto="ISR"
  Importe="{isr}"/></nomina12:Deducciones></nomina12:Nomina>"""
    return cfdi(number, True, at, other=employee, subtotal=perceptions, discount=deductions, total=total, type="N",
                form=None, complement=nomina)  # fmt: skip


def cfdi32(number: int, at: str, *, other: str, subtotal: str, total: str, iva: str, isr: str, head: str = "") -> str:
    """An invoice of ours in 3.2: rates are percentages, taxes have names, and lines have none."""
    return f"""<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3" version="3.2" fecha="{at}"
 formaDePago="Pago en una sola exhibición" metodoDePago="Transferencia" tipoDeComprobante="ingreso"
 LugarExpedicion="Puebla" subTotal="{subtotal}" total="{total}" {head}>
 <cfdi:Emisor rfc="{ME}" nombre="{name_of(ME)}"><cfdi:RegimenFiscal Regimen="General"/></cfdi:Emisor>
 <cfdi:Receptor rfc="{other}" nombre="{name_of(other)}"/>
 <cfdi:Conceptos><cfdi:Concepto cantidad="2" unidad="Pieza" descripcion="Libro" valorUnitario="1"
  importe="{subtotal}"/></cfdi:Conceptos>
 <cfdi:Impuestos totalImpuestosRetenidos="{isr}" totalImpuestosTrasladados="{iva}">
  <cfdi:Retenciones><cfdi:Retencion impuesto="ISR" importe="{isr}"/></cfdi:Retenciones>
  <cfdi:Traslados><cfdi:Traslado impuesto="IVA" tasa="16.00" importe="{iva}"/></cfdi:Traslados></cfdi:Impuestos>
 <cfdi:Complemento>{_stamp(number, at)}</cfdi:Complemento></cfdi:Comprobante>"""


def payroll32(number: int, at: str, *, employee: str, paid_on: str) -> str:
    """An egreso with Nómina 1.1, as payrolls were until 2016: 5,000.00 less ISR of 700.00."""
    nomina = f"""<n:Nomina xmlns:n="http://www.sat.gob.mx/nomina" Version="1.1" FechaPago="{paid_on}" NumEmpleado="1">
 <n:Percepciones><n:Percepcion TipoPercepcion="001" Clave="1" Concepto="Sueldo" ImporteGravado="5000.00"
  ImporteExento="0.00"/></n:Percepciones>
 <n:Deducciones><n:Deduccion TipoDeduccion="002" Clave="2" Concepto="ISR" ImporteGravado="700.00" ImporteExento="0.00"/>
 </n:Deducciones></n:Nomina>"""
    xml = cfdi32(number, at, other=employee, subtotal="5000.00", total="4300.00", iva="0", isr="700.00")
    return xml.replace('"ingreso"', '"egreso"').replace("<tfd:", nomina + "<tfd:")
