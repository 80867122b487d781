"""Declaraciones as tables: one line a return with its figures, one a concepto de pago, one a row of its sections."""

from __future__ import annotations

import json
from typing import Any

from gateway.exporting.columns import TABLES
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_return

TREE = {
    "numero_operacion": "230100172932",
    "ejercicio": "2023",
    "importe_total_a_pagar": "7",
    "determinacion": {"ingresos_acumulables": "1,000", "isr_causado": "300", "nota": "algo"},
    "conceptos": [{"nombre": "ISR", "a_cargo": "7", "cantidad_a_pagar": "7"}, {"nombre": "IVA", "a_favor": "3"}],
    "pago": {"banco": "BBVA", "fecha": "30/03/2024", "importe": "7"},
}


def lines(name: str, kind: Kind = Kind.ANNUAL_RETURN) -> list[dict[str, Any]]:
    record: dict[str, Any] = {**read_return(json.dumps(TREE).encode(), kind=kind, file="x.json").record}
    stored = {
        **record,
        "blocks": json.dumps(record["blocks"]),
        "printed": "[]",
        "parse_status": "COMPLETE",
        "other": False,
    }
    table = TABLES[name]
    assert set(table.reads) <= {*stored, "text", "number", "concept", "section", "row"}
    names = [column.name for column in table.columns]
    return [dict(zip(names, line, strict=True)) for line in table.lines_of(stored)]


def test_a_return_is_one_line_with_its_figures_and_its_payment():
    (line,) = lines("ANNUAL_RETURNS")
    expected = {
        "operationNumber": "230100172932", "year": 2023, "income": "1000", "taxCaused": "300", "deductions": None,
        "balanceDue": "7", "ivaBalanceInFavour": "3", "paymentState": "PAID", "paymentAmount": "7",
        "paymentDate": "2024-03-30", "paymentBank": "BBVA", "conceptCount": 2,
    }  # fmt: skip
    assert line | expected == line


def test_each_concept_is_a_line():
    first, second = lines("MONTHLY_RETURN_CONCEPTS", Kind.MONTHLY_RETURN)
    assert (first["concept"], first["name"], first["charge"], first["amountToPay"]) == (1, "ISR", "7", "7")
    assert (second["concept"], second["name"], second["favour"]) == (2, "IVA", "3")
    assert first["operationNumber"] == "230100172932" and first["year"] == 2023


def test_each_row_of_a_section_is_a_line():
    found = {(line["section"], line["name"]): (line["amount"], line["text"]) for line in lines("ANNUAL_RETURN_ROWS")}
    assert found["determinacion", "ingresos_acumulables"] == ("1000", "1,000")
    assert found["determinacion", "nota"] == (None, "algo")
    assert found["conceptos / ISR", "a_cargo"] == ("7", "7")
