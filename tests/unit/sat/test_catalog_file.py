"""SAT's catalogue of product keys, as SQL and as CSV."""

from __future__ import annotations

import pytest

from gateway.errors import UnreadableDocument
from gateway.sat import catalog_file
from gateway.sat.catalog_file import CatalogEntry

SQL = """PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
INSERT INTO cfdi_40_monedas VALUES('MXN','Peso Mexicano',2,500,'2022-01-01','');
INSERT INTO cfdi_40_productos_servicios VALUES('01010101','No existe','','','','2022-01-01','','','Público, (todos)');
INSERT INTO cfdi_40_productos_servicios VALUES('53101601','Pantalón d''época','','','','2022-01-01','2024-12-31',1,'');
insert into "cfdi_productos_servicios" VALUES
    ('10101501', 'Gatos vivos', 0, NULL, '', '2017-01-01', '', 1, ''),
    ('10101502', 'Perros; vivos', 0, 0, '', '2017-01-01', '', 1, '');
COMMIT;
"""


def read(text: str, version: str | None = None) -> list[CatalogEntry]:
    return catalog_file.read(text.encode(), version=version)


def test_the_tables_of_product_keys_are_read_from_sql() -> None:
    assert read(SQL) == [
        CatalogEntry("product_key", "4.0", "01010101", "No existe", "2022-01-01", None),
        CatalogEntry("product_key", "4.0", "53101601", "Pantalón d'época", "2022-01-01", "2024-12-31"),
        CatalogEntry("product_key", "3.3", "10101501", "Gatos vivos", "2017-01-01", None),
        CatalogEntry("product_key", "3.3", "10101502", "Perros; vivos", "2017-01-01", None),
    ]


def test_a_csv_with_plain_headings() -> None:
    (entry,) = read('code,label,from,to\n1010101,"No, existe",2022-01-01,\n,,,\n', "4.0")
    assert entry == CatalogEntry("product_key", "4.0", "01010101", "No, existe", "2022-01-01", None)


def test_sats_own_sheet_saved_as_csv() -> None:
    text = (
        "c_ClaveProdServ;;;\nVersión;4.0;;\n"
        "c_ClaveProdServ;Descripción;FechaInicioVigencia;FechaFinVigencia\n10101501;Gatos vivos;01/01/2022;\n"
    )
    (entry,) = catalog_file.read(text.encode("cp1252"), version=None)
    assert entry == CatalogEntry("product_key", None, "10101501", "Gatos vivos", "2022-01-01", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2\n",
        "code,label\n",
        "code,label\n123456789,too long\n",
        "INSERT INTO cfdi_40_monedas VALUES('MXN','Peso',2,500,'2022-01-01','');",
        "INSERT INTO cfdi_40_productos_servicios VALUES('01010101','No",
        "INSERT INTO cfdi_40_productos_servicios VALUES('01010101','No');",
    ],
)
def test_what_is_no_such_catalogue_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        read(text)
