"""Complements written here, one builder for each and its version. All values are invented."""

from __future__ import annotations

NAMESPACE = 'xmlns:x="http://www.sat.gob.mx/x"'

PAYROLL_12 = f"""<x:Nomina {NAMESPACE} Version="1.2" TipoNomina="O" FechaPago="2024-03-15" FechaInicialPago="2024-03-01"
  FechaFinalPago="2024-03-15" NumDiasPagados="15.000" TotalPercepciones="9000.50" TotalDeducciones="1500.25"
  TotalOtrosPagos="200.10">
 <x:Emisor Curp="XAMA620210MDFRNL09" RegistroPatronal="A1234567890" RfcPatronOrigen=" aaa010101aaa">
  <x:EntidadSNCF OrigenRecurso="IM" MontoRecursoPropio="10.00"/></x:Emisor>
 <x:Receptor Curp="xama620210mdfrnl09" NumSeguridadSocial="04078873454" FechaInicioRelLaboral="2020-01-01"
  Antigüedad="P219W" TipoContrato="01" Sindicalizado="Sí" TipoJornada="01" TipoRegimen="02" NumEmpleado="E-7"
  Departamento="Ventas" Puesto="Ejecutiva" RiesgoPuesto="1" PeriodicidadPago="04" Banco="012"
  CuentaBancaria="1234567890" SalarioBaseCotApor="490.22" SalarioDiarioIntegrado="514.39" ClaveEntFed="NLE">
  <x:SubContratacion RfcLabora="BBB010101BBB" PorcentajeTiempo="50.001"/></x:Receptor>
 <x:Percepciones TotalSueldos="8000.50" TotalSeparacionIndemnizacion="700.00" TotalJubilacionPensionRetiro="300.00"
  TotalGravado="8500.50" TotalExento="500.00">
  <x:Percepcion TipoPercepcion="001" Clave="P1" Concepto="Sueldo" ImporteGravado="7500.50" ImporteExento="0.00"/>
  <x:Percepcion TipoPercepcion="019" Clave="P19" Concepto="Horas extra" ImporteGravado="500.00" ImporteExento="0.00">
   <x:HorasExtra Dias="2" TipoHoras="01" HorasExtra="5" ImportePagado="500.00"/></x:Percepcion>
  <x:Percepcion TipoPercepcion="045" Clave="P45" Concepto="Acciones" ImporteGravado="0" ImporteExento="500.00">
   <x:AccionesOTitulos ValorMercado="12.50" PrecioAlOtorgarse="10.50"/></x:Percepcion>
  <x:JubilacionPensionRetiro TotalUnaExhibicion="300.00" IngresoAcumulable="100.00" IngresoNoAcumulable="200.00"/>
  <x:SeparacionIndemnizacion TotalPagado="700.00" NumAñosServicio="4" UltimoSueldoMensOrd="14000.00"
   IngresoAcumulable="600.00" IngresoNoAcumulable="100.00"/></x:Percepciones>
 <x:Deducciones TotalOtrasDeducciones="300.25" TotalImpuestosRetenidos="1200.00">
  <x:Deduccion TipoDeduccion="002" Clave="D2" Concepto="ISR" Importe="1200.00"/>
  <x:Deduccion TipoDeduccion="001" Clave="D1" Concepto="IMSS" Importe="300.25"/></x:Deducciones>
 <x:OtrosPagos>
  <x:OtroPago TipoOtroPago="002" Clave="O2" Concepto="Subsidio" Importe="0.10">
   <x:SubsidioAlEmpleo SubsidioCausado="0.20"/></x:OtroPago>
  <x:OtroPago TipoOtroPago="004" Clave="O4" Concepto="Saldo" Importe="200.00">
   <x:CompensacionSaldosAFavor SaldoAFavor="300.00" Año="2023" RemanenteSalFav="100.00"/></x:OtroPago></x:OtrosPagos>
 <x:Incapacidades><x:Incapacidad DiasIncapacidad="1" TipoIncapacidad="02" ImporteMonetario="50.00"/></x:Incapacidades>
</x:Nomina>"""

PAYROLL_11 = f"""<x:Nomina {NAMESPACE} Version="1.1" RegistroPatronal="B99" NumEmpleado="8" CURP="XAMA620210MDFRNL09"
  TipoRegimen="2" NumSeguridadSocial="04078873454" FechaPago="2014-03-15" FechaInicialPago="2014-03-01"
  FechaFinalPago="2014-03-15" NumDiasPagados="15" Departamento="Obra" CLABE="002010077777777771" Banco="002"
  FechaInicioRelLaboral="2012-01-01" Antiguedad="114" Puesto="Albañil" TipoContrato="Base" TipoJornada="diurna"
  PeriodicidadPago="quincenal" SalarioBaseCotApor="100.00" RiesgoPuesto="5" SalarioDiarioIntegrado="104.52">
 <x:Percepciones TotalGravado="1500.00" TotalExento="60.00">
  <x:Percepcion TipoPercepcion="001" Clave="001" Concepto="Sueldo" ImporteGravado="1500.00" ImporteExento="60.00"/>
 </x:Percepciones>
 <x:Deducciones TotalGravado="0.00" TotalExento="40.00">
  <x:Deduccion TipoDeduccion="001" Clave="052" Concepto="IMSS" ImporteGravado="0.00" ImporteExento="40.00"/>
 </x:Deducciones>
 <x:Incapacidades><x:Incapacidad DiasIncapacidad="2" TipoIncapacidad="1" Descuento="30.00"/></x:Incapacidades>
 <x:HorasExtras><x:HorasExtra Dias="1" TipoHoras="Dobles" HorasExtra="3" ImportePagado="75.00"/></x:HorasExtras>
</x:Nomina>"""

LOCAL_TAXES = f"""<x:ImpuestosLocales {NAMESPACE} version="1.0" TotaldeRetenciones="5.00" TotaldeTraslados="27.43">
 <x:RetencionesLocales ImpLocRetenido="5 al millar" TasadeRetencion="0.50" Importe="5.00"/>
 <x:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="2.50" Importe="27.43"/></x:ImpuestosLocales>"""

_HOME = """<x:Domicilio Calle="Uno" NumeroExterior="1" NumeroInterior="B" Colonia="0347" Localidad="23"
   Referencia="Parque" Municipio="039" Estado="NLE" Pais="MEX" CodigoPostal="64000"/>"""


def foreign_trade(version: str = "2.0") -> str:
    only_old = 'TipoOperacion="2" Subdivision="0"' if version == "1.1" else ""
    return f"""<x:ComercioExterior {NAMESPACE} Version="{version}" MotivoTraslado="05" {only_old} ClaveDePedimento="A1"
  CertificadoOrigen="1" NumCertificadoOrigen="C-1" NumeroExportadorConfiable="77" Incoterm="FOB" Observaciones="Nada"
  TipoCambioUSD="17.1234" TotalUSD="100.50">
 <x:Emisor Curp="XAMA620210MDFRNL09">{_HOME}</x:Emisor>
 <x:Propietario NumRegIdTrib="123456789" ResidenciaFiscal="USA"/>
 <x:Receptor NumRegIdTrib="987654321"><x:Domicilio Calle="Main" Estado="TX" Pais="USA" CodigoPostal="75001"/>
 </x:Receptor>
 <x:Destinatario NumRegIdTrib="555555" Nombre="ACME"><x:Domicilio Calle="Elm" Estado="TX" Pais="USA"
  CodigoPostal="75002"/><x:Domicilio Calle="Oak" Estado="TX" Pais="USA" CodigoPostal="75003"/></x:Destinatario>
 <x:Mercancias><x:Mercancia NoIdentificacion="A-1" FraccionArancelaria="6309000100" CantidadAduana="2.000"
  UnidadAduana="01" ValorUnitarioAduana="50.25" ValorDolares="100.50"><x:DescripcionesEspecificas Marca="M" Modelo="N"
  SubModelo="O" NumeroSerie="S1"/></x:Mercancia></x:Mercancias></x:ComercioExterior>"""


def waybill(version: str = "3.1") -> str:
    id = "" if version == "2.0" else 'IdCCP="CCC0F5C4-1111-4222-8333-444455556666"'
    attribute = 'RegimenAduanero="IMD"' if version == "3.0" else ""
    element = '<x:RegimenesAduaneros><x:RegimenAduaneroCCP RegimenAduanero="IMD"/></x:RegimenesAduaneros>'
    customs = (
        '<x:Pedimentos Pedimento="15  48  3009  0001234"/>'
        if version == "2.0"
        else '<x:DocumentacionAduanera TipoDocumento="01" NumPedimento="15  48  3009  0001234" RFCImpo="AAA010101AAA"/>'
    )
    return f"""<x:CartaPorte {NAMESPACE} Version="{version}" {id} TranspInternac="Sí" EntradaSalidaMerc="Entrada"
  PaisOrigenDestino="USA" ViaEntradaSalida="01" TotalDistRec="120.5" {attribute}>{element if version == "3.1" else ""}
 <x:Ubicaciones>
  <x:Ubicacion TipoUbicacion="Origen" IDUbicacion="OR000001" RFCRemitenteDestinatario="XEXX010101000"
   NombreRemitenteDestinatario="SENDER" NumRegIdTrib="121585958" ResidenciaFiscal="USA" NumEstacion="PM001"
   NombreEstacion="Laredo" FechaHoraSalidaLlegada="2024-03-05T08:00:00">{_HOME}</x:Ubicacion>
  <x:Ubicacion TipoUbicacion="Destino" RFCRemitenteDestinatario="AAA010101AAA"
   FechaHoraSalidaLlegada="2024-03-05T18:00:00" DistanciaRecorrida="120.5"/></x:Ubicaciones>
 <x:Mercancias PesoBrutoTotal="10.500" UnidadPeso="KGM" PesoNetoTotal="10.000" NumTotalMercancias="1"
  CargoPorTasacion="3.00">
  <x:Mercancia BienesTransp="11121900" Descripcion="Madera" Cantidad="1.5" ClaveUnidad="KGM" Unidad="kilo"
   Dimensiones="30/40/30cm" MaterialPeligroso="No" CveMaterialPeligroso="0004" Embalaje="4H2" DescripEmbalaje="Caja"
   PesoEnKg="10.500" ValorMercancia="99.90" Moneda="USD" FraccionArancelaria="6309000100"
   UUIDComercioExt="0a6d2c54-93b7-4b4b-8e55-1f3c8a2e9d77">{customs}</x:Mercancia>
  <x:Autotransporte PermSCT="TPAF01" NumPermisoSCT="P-1"><x:IdentificacionVehicular ConfigVehicular="C2"
   PesoBrutoVehicular="5" PlacaVM="ABC123" AnioModeloVM="2020"/><x:Seguros AseguraRespCivil="SEGUROS"
   PolizaRespCivil="POL1"/><x:Remolques><x:Remolque SubTipoRem="CTR004" Placa="XYZ99"/></x:Remolques>
  </x:Autotransporte>
  <x:TransporteMaritimo PermSCT="TPTM01" TipoEmbarcacion="B02" Matricula="MATR1" NumeroOMI="IMO1234567"
   NombreAseg="MAR" NumPolizaSeguro="POL2" AnioEmbarcacion="2003"><x:Contenedor MatriculaContenedor="CONT1"/>
  </x:TransporteMaritimo></x:Mercancias>
 <x:FiguraTransporte><x:TiposFigura TipoFigura="01" RFCFigura="XAMA620210DQ5" NumLicencia="LIC1" NombreFigura="ALBA">
  <x:PartesTransporte ParteTransporte="PT01"/></x:TiposFigura></x:FiguraTransporte></x:CartaPorte>"""


RETAILER = f"""<x:detallista {NAMESPACE} type="SimpleInvoiceType" contentVersion="1.3.1" odd.key="no">
 <x:requestForPaymentIdentification><x:entityType>INVOICE &amp; CO</x:entityType></x:requestForPaymentIdentification>
</x:detallista>"""

DONATION = f'<x:Donatarias {NAMESPACE} version="1.1" noAutorizacion="1" fechaAutorizacion="2020-01-01" leyenda="L"/>'

PLATFORM = f"""<x:ServiciosPlataformasTecnologicas {NAMESPACE} Version="1.0" Periodicidad="02" NumServ="1"
  MonTotServSIVA="100.00" TotalIVATrasladado="16.00" TotalIVARetenido="8.00" TotalISRRetenido="2.10"
  DifIVAEntregadoPrestServ="8.00" MonTotalporUsoPlataforma="25.00"><x:Servicios><x:DetallesDelServicio
  FormaPagoServ="03" TipoDeServ="03" SubTipServ="05" RFCTerceroAutorizado="BBB010101BBB" FechaServ="2024-01-31"
  PrecioServSinIVA="100.00"><x:ImpuestosTrasladadosdelServicio Base="100.00" Impuesto="02" TipoFactor="Tasa"
   TasaCuota="0.160000" Importe="16.00"/><x:ContribucionGubernamental ImpContrib="1.50"
   EntidadDondePagaLaContribucion="09"/><x:ComisionDelServicio Base="100.00" Porcentaje="25.000" Importe="25.00"/>
  </x:DetallesDelServicio></x:Servicios></x:ServiciosPlataformasTecnologicas>"""

DIVIDENDS = f"""<x:Dividendos {NAMESPACE} Version="1.0"><x:DividOUtil CveTipDivOUtil="01" MontISRAcredRetMexico="1.00"
  MontISRAcredRetExtranjero="2.00" MontRetExtDivExt="3.00" TipoSocDistrDiv="Sociedad Nacional" MontISRAcredNal="4.00"
  MontDivAcumNal="5.00" MontDivAcumExt="6.00"/><x:Remanente ProporcionRem="10.0"/></x:Dividendos>"""

INTEREST = f"""<x:Intereses {NAMESPACE} Version="1.0" SistFinanciero="SI" RetiroAORESRetInt="NO" OperFinancDerivad="NO"
  MontIntNominal="10.00" MontIntReal="4.20" Perdida="0.00"/>"""

PRIZE = f'<x:Premios {NAMESPACE} Version="1.0" EntidadFederativa="18" MontTotPago="50000" MontTotPagoGrav="50000"/>'
