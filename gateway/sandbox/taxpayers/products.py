"""Products of invented companies: SAT product and unit keys, prices in cents, and taxes."""

from __future__ import annotations

from typing import NamedTuple


class Product(NamedTuple):
    key: str  # c_ClaveProdServ
    unit_key: str  # c_ClaveUnidad
    unit: str
    description: str
    low: int  # unit price, cents
    high: int
    vat: str = "16"  # "16", "0" or "EXENTO"
    excise: str | None = None  # IEPS rate, a fraction
    service: bool = False


class Sector(NamedTuple):
    words: tuple[str, ...]  # first words of a company's name
    activity: str  # as the constancia words it
    products: tuple[Product, ...]
    freight: bool = False  # the payer withholds 4 % VAT (LIVA 1-A)


HARDWARE = Sector(
    ("FERRETERIA", "HERRAMIENTAS", "MATERIALES", "ACEROS", "TORNILLOS"),
    "Comercio al por mayor de otros materiales para la construcción",
    (
        Product("27112800", "H87", "Pieza", "Broca para concreto 3/8", 4500, 18900),
        Product("31161500", "H87", "Pieza", "Tornillo hexagonal galvanizado 1/2 x 3", 350, 1990),
        Product("30111601", "KGM", "Kilogramo", "Cemento gris CPC 30R", 380, 560),
        Product("26121600", "MTR", "Metro", "Cable THW calibre 12", 1190, 2450),
        Product("31211500", "LTR", "Litro", 'Pintura vinílica blanca "Interior"', 9800, 24900),
        Product("27111700", "H87", "Pieza", "Llave ajustable 10 pulgadas <cromo>", 15900, 48900),
    ),
)
FOOD = Sector(
    ("ABARROTES", "DISTRIBUIDORA", "COMERCIALIZADORA", "LACTEOS", "EMPACADORA"),
    "Comercio al por mayor de abarrotes",
    (
        Product("50202306", "XBX", "Caja", "Refresco de cola 600 ml, caja 24", 24000, 36500, excise="0.080000"),
        Product("50131700", "LTR", "Litro", "Leche entera pasteurizada", 1890, 2790, vat="0"),
        Product("50221300", "KGM", "Kilogramo", "Harina de maíz", 1450, 2290, vat="0"),
        Product("50202201", "XBX", "Caja", "Cerveza clara 355 ml, caja 24", 33000, 46000, excise="0.265000"),
        Product("47131800", "H87", "Pieza", "Detergente líquido 5 L", 9900, 21900),
        Product("50192100", "XBX", "Caja", "Botana de maíz surtida", 18000, 29900, vat="0", excise="0.080000"),
    ),
)
SOFTWARE = Sector(
    ("SISTEMAS", "DESARROLLOS", "SOLUCIONES", "TECNOLOGIA", "INFORMATICA"),
    "Servicios de diseño de sistemas de cómputo y servicios relacionados",
    (
        Product(
            "81112100", "E48", "Unidad de servicio", "Servicio de hospedaje en la nube", 89000, 1250000, service=True
        ),
        Product("81111500", "HUR", "Hora", "Desarrollo de software a la medida", 65000, 145000, service=True),
        Product("43231500", "E48", "Unidad de servicio", "Licencia anual de uso", 249000, 3900000, service=True),
        Product("81112200", "E48", "Unidad de servicio", "Soporte técnico mensual", 180000, 1490000, service=True),
    ),
)
CONSULTING = Sector(
    ("ASESORES", "CONSULTORES", "DESPACHO", "GESTORIA", "JURIDICO"),
    "Servicios de consultoría en administración",
    (
        Product(
            "80101500",
            "E48",
            "Unidad de servicio",
            "Honorarios por asesoría administrativa",
            450000,
            4800000,
            service=True,
        ),
        Product("84111500", "E48", "Unidad de servicio", "Servicios contables del mes", 250000, 1900000, service=True),
        Product("80121600", "HUR", "Hora", "Asesoría legal mercantil", 120000, 380000, service=True),
        Product(
            "86101700",
            "E48",
            "Unidad de servicio",
            "Curso de capacitación",
            350000,
            2500000,
            vat="EXENTO",
            service=True,
        ),
    ),
)
TRANSPORT = Sector(
    ("TRANSPORTES", "FLETES", "AUTOTRANSPORTE", "LOGISTICA", "PAQUETERIA"),
    "Autotransporte foráneo de carga general",
    (
        Product("78101800", "E48", "Unidad de servicio", "Flete terrestre nacional", 680000, 3950000, service=True),
        Product("78101802", "E48", "Unidad de servicio", "Servicio de carga local", 145000, 690000, service=True),
        Product("78121600", "E48", "Unidad de servicio", "Maniobras de carga y descarga", 60000, 240000, service=True),
    ),
    freight=True,
)
OFFICE = Sector(
    ("PAPELERIA", "IMPRESOS", "GRAFICOS", "OFICINAS", "EDITORIAL"),
    "Comercio al por menor de artículos de papelería",
    (
        Product("14111507", "XPK", "Paquete", "Papel bond carta 500 hojas", 8900, 13900),
        Product("44103100", "H87", "Pieza", "Cartucho de tóner negro", 89000, 289000),
        Product("44121700", "XBX", "Caja", "Bolígrafo punto mediano, caja 12", 4900, 11900),
        Product("55101500", "H87", "Pieza", "Libro de texto de administración", 25000, 69000, vat="0"),
    ),
)
HEALTH = Sector(
    ("MEDICA", "FARMACIA", "LABORATORIO", "CLINICA", "EQUIPOS"),
    "Comercio al por mayor de productos farmacéuticos",
    (
        Product("51101500", "XBX", "Caja", "Antibiótico de amplio espectro, caja 12", 9500, 48900, vat="0"),
        Product("42132200", "XBX", "Caja", "Guantes de nitrilo, caja 100", 14900, 29900),
        Product(
            "85121800", "E48", "Unidad de servicio", "Estudios de laboratorio clínico", 45000, 260000, service=True
        ),
        Product(
            "85121600", "E48", "Unidad de servicio", "Honorarios médicos", 80000, 350000, vat="EXENTO", service=True
        ),
    ),
)

SECTORS = (HARDWARE, FOOD, SOFTWARE, CONSULTING, TRANSPORT, OFFICE, HEALTH)
#: People who invoice sell their time.
PERSON_SECTORS = (SOFTWARE, CONSULTING, HEALTH, TRANSPORT)
