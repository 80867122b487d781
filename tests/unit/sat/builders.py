"""Small SAT documents written here, one builder for each version. Keyword arguments replace or add text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

UUID = "5B2B8A4C-0F6E-4E63-9E0B-6D2A7C41F0A1"
OTHER_UUID = "0A6D2C54-93B7-4B4B-8E55-1F3C8A2E9D77"
ISSUER, RECEIVER = "AAA010101AAA", "XAXX010101000"
SEAL = "c2VsbG8gZGUgcHJ1ZWJh+/ABCDEFGH=="


def stamp(uuid: str = UUID, version: str = "1.1") -> str:
    key = "Version" if version == "1.1" else "version"
    pac = ' RfcProvCertif="SAT970701NN3"' if version == "1.1" else ""
    return (
        f'<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" {key}="{version}"'
        f' UUID="{uuid}"'
        f' FechaTimbrado="2024-03-05T13:02:11"{pac} NoCertificadoSAT="00001000000500000001"/>'
    )


LINE_40 = """<cfdi:Concepto ClaveProdServ="84111506" NoIdentificacion="A-1" Cantidad="2" ClaveUnidad="E48"
  Unidad="Servicio"
 Descripcion="Servicio de prueba" ValorUnitario="500.00" Importe="1000.00" Descuento="10.00" ObjetoImp="02">
 <cfdi:Impuestos>
  <cfdi:Retenciones>
   <cfdi:Retencion Base="990.00" Impuesto="001" TipoFactor="Tasa" TasaOCuota="0.100000" Importe="99.00"/>
  </cfdi:Retenciones>
  <cfdi:Traslados>
   <cfdi:Traslado Base="990.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="158.40"/>
   <cfdi:Traslado Base="990.00" Impuesto="003" TipoFactor="Exento"/>
  </cfdi:Traslados>
 </cfdi:Impuestos>
 <cfdi:ACuentaTerceros RfcACuentaTerceros="bbb010101bbb" NombreACuentaTerceros="TERCERO"
  RegimenFiscalACuentaTerceros="601" DomicilioFiscalACuentaTerceros="06000"/>
 <cfdi:InformacionAduanera NumeroPedimento="15  48  3009  0001234"/>
 <cfdi:CuentaPredial Numero="123"/><cfdi:CuentaPredial Numero="456"/>
 <cfdi:Parte ClaveProdServ="84111507" Cantidad="1" Descripcion="Pieza" Importe="1.50"/>
</cfdi:Concepto>"""


def cfdi40(
    *, attributes: str = "", inside: str = "", lines: str = LINE_40, complement: str | None = None, after: str = "",
    total: str = "1049.40", seal: str = SEAL, type: str = "I",
) -> bytes:  # fmt: skip
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.sat.gob.mx/cfd/4 cfdv40.xsd" Version="4.0" Serie="F" Folio="77"
  Fecha="2024-03-05T12:58:00"
 Sello="{seal}" NoCertificado="00001000000400000002" Certificado="MII" FormaPago="03" MetodoPago="PUE"
 CondicionesDePago="Contado" SubTotal="1000.00" Descuento="10.00" Moneda="MXN" TipoCambio="1" Total="{total}"
 TipoDeComprobante="{type}" Exportacion="01" LugarExpedicion="06500" Confirmacion="ab1" {attributes}>
 {inside}
 <cfdi:Emisor Rfc=" aaa010101aaa" Nombre="EMPRESA Ñ &amp; CIA" RegimenFiscal="601"/>
 <cfdi:Receptor Rfc="XAXX010101000" Nombre="PUBLICO EN GENERAL" UsoCFDI="S01" RegimenFiscalReceptor="616"
  DomicilioFiscalReceptor="06500"/>
 <cfdi:Conceptos>{lines}</cfdi:Conceptos>
 <cfdi:Impuestos TotalImpuestosTrasladados="158.40" TotalImpuestosRetenidos="99.00">
  <cfdi:Retenciones><cfdi:Retencion Impuesto="001" Importe="99.00"/></cfdi:Retenciones>
  <cfdi:Traslados>
   <cfdi:Traslado Base="990.00" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="158.40"/>
  </cfdi:Traslados>
 </cfdi:Impuestos>
 <cfdi:Complemento>{stamp() if complement is None else complement}</cfdi:Complemento>
 {after}
</cfdi:Comprobante>""".encode()


def cfdi33(*, complements: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3" xmlns:terceros="http://www.sat.gob.mx/terceros" Version="3.3"
 Fecha="2019-07-01T00:00:01" Sello="{SEAL}" FormaPago="99" MetodoPago="PPD" SubTotal="10" Moneda="USD"
  TipoCambio="19.1235"
 Total="11.6" TipoDeComprobante="I" LugarExpedicion="64000">
 <cfdi:CfdiRelacionados TipoRelacion="04"><cfdi:CfdiRelacionado UUID="{OTHER_UUID.lower()}"/></cfdi:CfdiRelacionados>
 <cfdi:Emisor Rfc="AAA010101AAA" RegimenFiscal="601"/>
 <cfdi:Receptor Rfc="XEXX010101000" ResidenciaFiscal="USA" NumRegIdTrib="121585958" UsoCFDI="P01"/>
 <cfdi:Conceptos><cfdi:Concepto ClaveProdServ="01010101" Cantidad="1.000000" ClaveUnidad="H87" Descripcion="X"
  ValorUnitario="10" Importe="10">
  <cfdi:ComplementoConcepto><terceros:PorCuentadeTerceros version="1.1" rfc="BBB010101BBB" nombre="OTRO">
   <terceros:InformacionFiscalTercero calle="Uno" codigoPostal="01000"/></terceros:PorCuentadeTerceros>
  </cfdi:ComplementoConcepto>
 </cfdi:Concepto></cfdi:Conceptos>
 {complements}
 <cfdi:Complemento>{stamp()}</cfdi:Complemento>
</cfdi:Comprobante>""".encode()


def cfdi32(
    *, form: str = "Pago en una sola exhibición", method: str = "03", attributes: str = 'Moneda="Pesos"'
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/3" version="3.2" serie="A" folio="1" fecha="2014-02-28T23:59:59"
 sello="{SEAL}" formaDePago="{form}" noCertificado="00001000000200000003" certificado="MII" subTotal="100.00"
 descuento="0.00" total="116.00" tipoDeComprobante="ingreso" metodoDePago="{method}"
 LugarExpedicion="Monterrey, Nuevo León" {attributes}>
 <cfdi:Emisor rfc="AAA010101AAA" nombre="EMPRESA"><cfdi:DomicilioFiscal calle="Uno" noExterior="7"
  municipio="Monterrey" pais="México" codigoPostal="64010"/><cfdi:ExpedidoEn pais="MX"/>
  <cfdi:RegimenFiscal Regimen="REGIMEN GENERAL DE LEY PERSONAS
  MORALES"/>
  <cfdi:RegimenFiscal Regimen="Otro que no existe"/></cfdi:Emisor>
 <cfdi:Receptor rfc="XAXX010101000" nombre="CLIENTE"><cfdi:Domicilio pais="México"
  codigoPostal="64000"/></cfdi:Receptor>
 <cfdi:Conceptos><cfdi:Concepto cantidad="1" unidad="Pieza" noIdentificacion="N1" descripcion="Cosa"
  valorUnitario="100.00"
  importe="100.00"><cfdi:InformacionAduanera numero="1548300" fecha="2014-01-01"/></cfdi:Concepto></cfdi:Conceptos>
 <cfdi:Impuestos totalImpuestosRetenidos="10.00" totalImpuestosTrasladados="16.00">
  <cfdi:Retenciones><cfdi:Retencion impuesto="ISR" importe="10.00"/></cfdi:Retenciones>
  <cfdi:Traslados><cfdi:Traslado impuesto="IVA" tasa="16.00" importe="16.00"/></cfdi:Traslados>
 </cfdi:Impuestos>
 <cfdi:Complemento>{stamp(UUID.lower(), "1.0")}</cfdi:Complemento>
</cfdi:Comprobante>""".encode()


#: Of the document that is paid (DR, in its currency) and of the payment (P, in its own).
_PAYMENT_TAXES = (
    """<pago20:ImpuestosDR><pago20:RetencionesDR><pago20:RetencionDR BaseDR="17000.00" ImpuestoDR="001"
      TipoFactorDR="Tasa" TasaOCuotaDR="0.010000" ImporteDR="170.00"/></pago20:RetencionesDR><pago20:TrasladosDR>
      <pago20:TrasladoDR BaseDR="17000.00" ImpuestoDR="002" TipoFactorDR="Tasa" TasaOCuotaDR="0.160000"
      ImporteDR="2720.00"/></pago20:TrasladosDR></pago20:ImpuestosDR>""",
    """<pago20:ImpuestosP><pago20:RetencionesP><pago20:RetencionP ImpuestoP="001" ImporteP="10.00"/>
      </pago20:RetencionesP><pago20:TrasladosP><pago20:TrasladoP BaseP="1000.00" ImpuestoP="002" TipoFactorP="Tasa"
      TasaOCuotaP="0.160000" ImporteP="160.00"/></pago20:TrasladosP></pago20:ImpuestosP>""",
)


def payment(version: str = "2.0", documents: str | None = None) -> bytes:
    """A CFDI of type P with one payment of 1,160.00 USD."""
    name, namespace = ("pago20", "Pagos20") if version == "2.0" else ("pago10", "Pagos")
    totals = (
        f"""<{name}:Totales MontoTotalPagos="19720.00" TotalTrasladosBaseIVA16="17000.00"
     TotalTrasladosImpuestoIVA16="2720.00" TotalRetencionesISR="170.00"/>"""
        if version == "2.0"
        else ""
    )
    extra = (
        'EquivalenciaDR="17.0000000000" ObjetoImpDR="02"'
        if version == "2.0"
        else 'TipoCambioDR="17.000000" MetodoDePagoDR="PPD"'
    )
    taxes = _PAYMENT_TAXES if version == "2.0" else ("", "")
    if documents is None:
        documents = f"""<{name}:DoctoRelacionado IdDocumento="{OTHER_UUID.lower()}" Serie="F" Folio="76"
  MonedaDR="MXN" {extra}
         NumParcialidad="2" ImpSaldoAnt="30000.00" ImpPagado="19720.00"
         ImpSaldoInsoluto="10280.00">{taxes[0]}</{name}:DoctoRelacionado>"""
    complement = f"""<{name}:Pagos xmlns:{name}="http://www.sat.gob.mx/{namespace}" Version="{version}">{totals}
     <{name}:Pago FechaPago="2024-03-01T12:00:00" FormaDePagoP="03" MonedaP="USD" TipoCambioP="17" Monto="1160.00"
      NumOperacion="OP9" RfcEmisorCtaOrd="BSM970519DU8" CtaOrdenante="123456789012345678" RfcEmisorCtaBen="BBA830831LJ2"
      CtaBeneficiario="987654321098765432">{documents}{taxes[1]}</{name}:Pago></{name}:Pagos>"""
    return cfdi40(type="P", total="0", complement=complement + stamp())


def withholding20(*, receiver: str | None = None, stamped: bool = True) -> bytes:
    receiver = (
        receiver
        or """<r:Receptor NacionalidadR="Nacional"><r:Nacional RfcR="XAMA620210DQ5" NomDenRazSocR="ALBA XKARAJAM"
      CurpR="XAMA620210MDFRNL09" DomicilioFiscalR="01219"/></r:Receptor>"""
    )
    return f"""<r:Retenciones xmlns:r="http://www.sat.gob.mx/esquemas/retencionpago/2" Version="2.0" FolioInt="R1"
  Sello="{SEAL}"
 NoCertificado="30001000000400002434" Certificado="MII" FechaExp="2024-02-10T09:00:00" LugarExpRetenc="64000"
  CveRetenc="14">
 <r:CfdiRetenRelacionados TipoRelacion="01" UUID="{OTHER_UUID.lower()}"/>
 <r:Emisor RfcE="AAA010101AAA" NomDenRazSocE="EMPRESA" RegimenFiscalE="601"/>{receiver}
 <r:Periodo MesIni="01" MesFin="12" Ejercicio="2023"/>
 <r:Totales MontoTotOperacion="2000.00" MontoTotGrav="2000.00" MontoTotExent="0" MontoTotRet="580.00"
  UtilidadBimestral="900.10" ISRCorrespondiente="90.01">
  <r:ImpRetenidos BaseRet="2000.00" ImpuestoRet="001" MontoRet="580.00" TipoPagoRet="03"/></r:Totales>
 <r:Complemento>{stamp() if stamped else ""}</r:Complemento></r:Retenciones>""".encode()


def withholding10() -> bytes:
    return f"""<r:Retenciones xmlns:r="http://www.sat.gob.mx/esquemas/retencionpago/1" Version="1.0" FolioInt="R2"
  Sello="{SEAL}"
 NumCert="20001000000100005867" Cert="MII" FechaExp="2015-02-24T11:02:42-06:00" CveRetenc="18"
 DescRetenc="Pagos al extranjero">
 <r:Emisor RFCEmisor="AAA010101AAA" NomDenRazSocE="EMPRESA" CURPE="AAAA010101HNLMNLD2"/>
 <r:Receptor Nacionalidad="Extranjero"><r:Extranjero NumRegIdTrib="1234567890"
  NomDenRazSocR="FOREIGNER LLC"/></r:Receptor>
 <r:Periodo MesIni="6" MesFin="7" Ejerc="2014"/>
 <r:Totales montoTotOperacion="10000" montoTotGrav="10000" montoTotExent="0" montoTotRet="3500.00">
  <r:ImpRetenidos BaseRet="10000" Impuesto="01" montoRet="3500.00" TipoPagoRet="Pago definitivo"/></r:Totales>
 <r:Complemento>{stamp(version="1.0")}</r:Complemento></r:Retenciones>""".encode()


def every_version() -> Iterator[bytes]:
    yield from (cfdi40(), cfdi33(), cfdi32(), payment("2.0"), payment("1.0"), withholding20(), withholding10())


TAX_STATUS: dict[str, Any] = {
    "datos_de_identificacion_del_contribuyente": {
        "rfc": "AAA010101AAA",
        "denominacion_razon_social": "EMPRESA DE PRUEBA",
        "regimen_capital": "SOCIEDAD ANONIMA",
        "nombre_comercial": "PRUEBA",
        "fecha_inicio_de_operaciones": "10 DE JUNIO DE 2013",
        "estatus_en_el_padron": "ACTIVO",
        "fecha_de_ultimo_cambio_de_estado": "13 DE JUNIO DE 2013",
    },
    "datos_de_ubicacion": {
        "codigo_postal": "38090",
        "numero_exterior": "100",
        "tel_fijo_lada": "461",
        "numero": "1112233",
    },
    "actividades_econominas": [
        {
            "orden": "1",
            "actividad_economica": "Comercio",
            "porcentaje": "70",
            "fecha_inicio": "10/06/2013",
            "fecha_fin": "",
        }
    ],
    "regimenes": [
        {"regimen": "Régimen General de Ley Personas Morales", "fecha_inicio": "10/06/2013", "fecha_fin": None}
    ],
    "obligaciones": [
        {
            "descripcion_obligacion": "Pago definitivo mensual de IVA.",
            "descripcion_vencimiento": "A más tardar el día 17",
            "fecha_inicio": "10/06/2013",
            "fecha_fin": "31/12/2020",
        }
    ],
    "nombre_denominacion_o_razon_social": "EMPRESA DE PRUEBA SA",
    "lugar_y_fecha_de_emision": "CELAYA , GUANAJUATO A 30 DE DICIEMBRE DE 2021",
    "cadena_original_sello": "||2021/12/30|AAA010101AAA|CONSTANCIA DE SITUACIÓN FISCAL|200001||",
    "sello_digital": "c2VsbG8=",
}

OPINION: dict[str, Any] = {
    "denominacion_razon_social": "EMPRESA DE PRUEBA SA",
    "rfc": "AAA010101AAA",
    "folio": "26NL1234567",
    "estatus": "Negativo",
    "fecha_de_revision": "22 de septiembre de 2026 a las 12:52 horas",
    "obligaciones": [{"obligacion": "Pago definitivo mensual de IVA", "periodo": "Enero 2026", "ejercicio": "2026"}],
    "cadena_original_sello": "||AAA010101AAA|26NL1234567|22-09-2026|N||0000100||",
    "sello_digital": "c2VsbG8=",
}
