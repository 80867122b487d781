"""One element of a CFDI, in whatever capitals its names came.

Names are folded to one official spelling (CFDI 4.0's where versions differ), because 3.2 writes `subTotal` and
retenciones 1.0 `montoTotRet`. Values are stripped, and an empty attribute is
an absent one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from gateway.errors import UnreadableDocument, UnreadableReason

#: No published document nests deeper than about a dozen elements.
MAX_DEPTH = 64

# The official spelling of every element and attribute that a reader asks for, and of SAT's complements.
_SPELLINGS = """
Comprobante Retenciones Emisor Receptor RegimenFiscal Regimen Domicilio CfdiRelacionados CfdiRelacionado
InformacionGlobal Conceptos Concepto Impuestos Traslados Traslado Retencion InformacionAduanera CuentaPredial Parte
ACuentaTerceros ComplementoConcepto PorCuentadeTerceros InformacionFiscalTercero Complemento Addenda
TimbreFiscalDigital Pagos Pago DoctoRelacionado Totales Nacional Extranjero Periodo ImpRetenidos CfdiRetenRelacionados
Version Serie Folio Fecha Sello NoCertificado FormaPago MetodoPago CondicionesDePago SubTotal Descuento Total Moneda
TipoCambio TipoDeComprobante Exportacion LugarExpedicion Confirmacion FormaDePago MetodoDePago FolioFiscalOrig
SerieFolioFiscalOrig FechaFolioFiscalOrig MontoFolioFiscalOrig Rfc Nombre UsoCFDI RegimenFiscalReceptor
DomicilioFiscalReceptor ResidenciaFiscal NumRegIdTrib CodigoPostal Periodicidad Meses Año TipoRelacion UUID
TotalImpuestosTrasladados TotalImpuestosRetenidos Base Impuesto TipoFactor TasaOCuota Tasa Importe
ClaveProdServ NoIdentificacion Cantidad ClaveUnidad Unidad Descripcion ValorUnitario ObjetoImp NumeroPedimento Numero
RfcACuentaTerceros NombreACuentaTerceros RegimenFiscalACuentaTerceros DomicilioFiscalACuentaTerceros
FechaTimbrado RfcProvCertif NoCertificadoSAT Leyenda
FechaPago FormaDePagoP MonedaP TipoCambioP Monto NumOperacion RfcEmisorCtaOrd CtaOrdenante RfcEmisorCtaBen
CtaBeneficiario IdDocumento MonedaDR TipoCambioDR EquivalenciaDR NumParcialidad ImpSaldoAnt ImpPagado ImpSaldoInsoluto
ObjetoImpDR MontoTotalPagos NomBancoOrdExt TipoCadPago CertPago CadPago SelloPago
ImpuestosDR TrasladosDR TrasladoDR RetencionesDR RetencionDR BaseDR ImpuestoDR TipoFactorDR TasaOCuotaDR ImporteDR
ImpuestosP TrasladosP TrasladoP RetencionesP RetencionP BaseP ImpuestoP TipoFactorP TasaOCuotaP ImporteP
TotalRetencionesIVA TotalRetencionesISR TotalRetencionesIEPS TotalTrasladosBaseIVA16 TotalTrasladosImpuestoIVA16
TotalTrasladosBaseIVA8 TotalTrasladosImpuestoIVA8 TotalTrasladosBaseIVA0 TotalTrasladosImpuestoIVA0
TotalTrasladosBaseIVAExento
FacAtrAdquirente MotivoDescuento NumCtaPago DomicilioFiscal ExpedidoEn NoExterior NoInterior
UtilidadBimestral ISRCorrespondiente
FolioInt NumCert FechaExp LugarExpRetenc CveRetenc DescRetenc RFCEmisor RfcE NomDenRazSocE CURPE RegimenFiscalE
Nacionalidad NacionalidadR RFCRecep RfcR NomDenRazSocR CURPR DomicilioFiscalR NumRegIdTribR MesIni MesFin Ejerc
Ejercicio MontoTotOperacion MontoTotGrav MontoTotExent MontoTotRet BaseRet ImpuestoRet MontoRet TipoPagoRet
Nomina ImpuestosLocales ComercioExterior CartaPorte instEducativas Donatarias LeyendasFiscales INE NotariosPublicos
Aerolineas Divisas EstadoDeCuentaCombustible detallista ValesDeDespensa VehiculoUsado VentaVehiculos
parcialesconstruccion ConsumoDeCombustibles GastosHidrocarburos IngresosHidrocarburos CFDIRegistroFiscal
PFintegranteCoordinado TuristaPasajeroExtranjero PagosEnEspecie obrasarteantiguedades acreditamientoIEPS
EstadoDeCuentaBancario renovacionysustitucionvehiculos certificadodedestruccion SPEI_Tercero
Dividendos Intereses Arrendamientoenfideicomiso Pagosaextranjeros Premios Fideicomisonoempresarial Planesderetiro
Intereseshipotecarios Operacionesconderivados EnajenaciondeAcciones SectorFinanciero ServiciosPlataformasTecnologicas
Percepciones Percepcion Deducciones Deduccion OtrosPagos OtroPago SubsidioAlEmpleo CompensacionSaldosAFavor
Incapacidades Incapacidad HorasExtras HorasExtra AccionesOTitulos JubilacionPensionRetiro SeparacionIndemnizacion
EntidadSNCF SubContratacion TipoNomina FechaInicialPago FechaFinalPago NumDiasPagados TotalPercepciones
TotalDeducciones TotalOtrosPagos TotalSueldos TotalSeparacionIndemnizacion TotalJubilacionPensionRetiro TotalGravado
TotalExento TotalOtrasDeducciones Curp RegistroPatronal RfcPatronOrigen OrigenRecurso MontoRecursoPropio
NumSeguridadSocial FechaInicioRelLaboral Antigüedad Antiguedad TipoContrato Sindicalizado TipoJornada TipoRegimen
NumEmpleado Departamento Puesto RiesgoPuesto PeriodicidadPago Banco CuentaBancaria CLABE SalarioBaseCotApor
SalarioDiarioIntegrado ClaveEntFed RfcLabora PorcentajeTiempo TipoPercepcion Clave ImporteGravado ImporteExento
ValorMercado PrecioAlOtorgarse TipoDeduccion TipoOtroPago SubsidioCausado SaldoAFavor RemanenteSalFav DiasIncapacidad
TipoIncapacidad ImporteMonetario Dias TipoHoras ImportePagado TotalUnaExhibicion TotalParcialidad MontoDiario
IngresoAcumulable IngresoNoAcumulable TotalPagado NumAñosServicio UltimoSueldoMensOrd
RetencionesLocales TrasladosLocales TotaldeRetenciones TotaldeTraslados ImpLocRetenido TasadeRetencion ImpLocTrasladado
TasadeTraslado
Propietario Destinatario Mercancias Mercancia DescripcionesEspecificas MotivoTraslado TipoOperacion ClaveDePedimento
CertificadoOrigen NumCertificadoOrigen NumeroExportadorConfiable Incoterm Subdivision Observaciones TipoCambioUSD
TotalUSD FraccionArancelaria CantidadAduana UnidadAduana ValorUnitarioAduana ValorDolares Marca Modelo SubModelo
NumeroSerie Calle NumeroExterior NumeroInterior Colonia Localidad Referencia Municipio Estado Pais
Ubicaciones Ubicacion RegimenesAduaneros RegimenAduaneroCCP Autotransporte TransporteMaritimo TransporteAereo
TransporteFerroviario FiguraTransporte TiposFigura PartesTransporte IdentificacionVehicular Seguros Remolques Remolque
DocumentacionAduanera Pedimentos IdCCP TranspInternac EntradaSalidaMerc PaisOrigenDestino ViaEntradaSalida TotalDistRec
RegimenAduanero TipoUbicacion IDUbicacion RFCRemitenteDestinatario NombreRemitenteDestinatario NumEstacion
NombreEstacion FechaHoraSalidaLlegada DistanciaRecorrida PesoBrutoTotal UnidadPeso PesoNetoTotal NumTotalMercancias
CargoPorTasacion BienesTransp Dimensiones MaterialPeligroso CveMaterialPeligroso Embalaje DescripEmbalaje PesoEnKg
ValorMercancia UUIDComercioExt NumPedimento IdentDocAduanero Pedimento PermSCT NumPermisoSCT NombreAseg NumPolizaSeguro
AseguraRespCivil PolizaRespCivil ConfigVehicular PlacaVM AnioModeloVM TipoEmbarcacion Matricula AnioEmbarcacion
MatriculaAeronave TipoDeServicio SubTipoRem Placa TipoFigura RFCFigura NumLicencia NombreFigura NumRegIdTribFigura
ResidenciaFiscalFigura ParteTransporte TipoDocumento RFCImpo GuiasIdentificacion NumeroGuiaIdentificacion
DescripGuiaIdentificacion PesoGuiaIdentificacion CantidadTransporta IDOrigen IDDestino CvesTransporte DetalleMercancia
UnidadPesoMerc PesoBruto PesoNeto PesoTara NumPiezas ClaveSTCC SectorCOFEPRIS NombreIngredienteActivo NomQuimico
DenominacionGenericaProd DenominacionDistintivaProd Fabricante FechaCaducidad LoteMedicamento FormaFarmaceutica
CondicionesEspTransp RegistroSanitarioFolioAutorizacion PermisoImportacion FolioImpoVUCEM NumCAS RazonSocialEmpImp
NumRegSanPlagCOFEPRIS DatosFabricante DatosFormulador DatosMaquilador UsoAutorizado TipoMateria DescripcionMateria
NavegacionTrafico TipoEstacion PesoBrutoVehicular AseguraMedAmbiente PolizaMedAmbiente AseguraCarga PolizaCarga
PrimaSeguro Contenedor MatriculaContenedor NumeroOMI TipoDeTrafico
Servicios DetallesDelServicio ImpuestosTrasladadosdelServicio ContribucionGubernamental ComisionDelServicio NumServ
MonTotServSIVA TotalIVATrasladado TotalIVARetenido TotalISRRetenido DifIVAEntregadoPrestServ MonTotalporUsoPlataforma
FormaPagoServ TipoDeServ SubTipServ RFCTerceroAutorizado FechaServ PrecioServSinIVA TasaCuota ImpContrib
EntidadDondePagaLaContribucion Porcentaje DividOUtil Remanente CveTipDivOUtil TipoSocDistrDiv MontISRAcredRetMexico
MontISRAcredRetExtranjero MontRetExtDivExt MontISRAcredNal MontDivAcumNal MontDivAcumExt ProporcionRem SistFinanciero
RetiroAORESRetInt OperFinancDerivad MontIntNominal MontIntReal Perdida
"""
_OFFICIAL = {spelling.lower(): spelling for spelling in _SPELLINGS.split()}

# A name that is no attribute of the document itself: xmlns declarations, xsi:schemaLocation, somebody's own prefix.
_FOREIGN = ""
# Names repeat from document to document; a flood of invented ones must not grow the process.
_MAX_REMEMBERED = 4096
_LONGEST_REMEMBERED = 200


class _ElementNames(dict[str, str]):
    def __missing__(self, raw: str) -> str:
        local = raw.rpartition("}")[2].rpartition(":")[2]
        return self._remember(raw, _OFFICIAL.get(local.lower(), local))

    def _remember(self, raw: str, name: str) -> str:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        if len(raw) <= _LONGEST_REMEMBERED:
            self[raw] = name
        return name


class _AttributeNames(_ElementNames):
    def __missing__(self, raw: str) -> str:
        if raw.startswith("{") or ":" in raw or raw.lower() == "xmlns":
            return self._remember(raw, _FOREIGN)
        return self._remember(raw, _OFFICIAL.get(unicodedata.normalize("NFC", raw.lower()), raw))


element_name = _ElementNames().__getitem__
_attribute_names = _AttributeNames()


class Node:
    """An element: `name` and the keys of `attributes` are official spellings, without prefix or namespace.

    `texts`, the pieces of its own text, is there only where the parser was asked for it.
    """

    __slots__ = ("attributes", "children", "name", "texts")
    texts: list[str]

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []

    def child(self, name: str) -> Node | None:
        """Return the first child of a name; None without one."""
        for node in self.children:
            if node.name == name:
                return node
        return None

    def all(self, *path: str) -> Iterator[Node]:
        """Yield every descendant at this path, in document order: `all("Conceptos", "Concepto")`."""
        name, *rest = path
        for node in self.children:
            if node.name == name:
                if rest:
                    yield from node.all(*rest)
                else:
                    yield node


def fold_attributes(raw: Mapping[str, str]) -> dict[str, str]:
    """Attributes under their official names. Of two spellings the official one wins, then the first."""
    names = _attribute_names
    folded = {name: text for key, value in raw.items() if (name := names[key]) and (text := value.strip())}
    if len(folded) == len(raw):
        return folded
    careful: dict[str, str] = {}
    for key, value in raw.items():
        name, text = names[key], value.strip()
        if name and text and (name not in careful or key == name):
            careful[name] = text
    return careful


class BadValue(UnreadableDocument):
    """A value that is missing or is not what its type allows, before its place in the document is known."""

    def __init__(self, node: Node, name: str, detail: str) -> None:
        super().__init__(UnreadableReason.BAD_VALUE, detail)
        self.node = node
        self.name = name

    def placed(self, root: Node) -> UnreadableDocument:
        """Return the error for the document, with the path of the attribute in it."""
        where = path_of(root, self.node) or self.node.name
        return UnreadableDocument(self.reason, self.detail, f"{where}/@{self.name}")


def path_of(root: Node, wanted: Node) -> str | None:
    """As in `Comprobante/Conceptos/Concepto[2]`: an index only where several brothers share the name."""
    stack: list[tuple[Node, str]] = [(root, root.name)]
    while stack:
        node, path = stack.pop()
        if node is wanted:
            return path
        totals: dict[str, int] = {}
        for brother in node.children:
            totals[brother.name] = totals.get(brother.name, 0) + 1
        seen: dict[str, int] = {}
        for brother in node.children:
            seen[brother.name] = seen.get(brother.name, 0) + 1
            index = f"[{seen[brother.name]}]" if totals[brother.name] > 1 else ""
            stack.append((brother, f"{path}/{brother.name}{index}"))
    return None
