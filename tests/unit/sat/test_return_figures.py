"""The figures of returns: layouts of every regime, written by hand as Syncfy's JSON or as the text of a PDF."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.sat import return_names, returns
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_return
from gateway.sat.return_sections import of_record
from gateway.sat.return_statements import balance_sheet, income_statement

HEAD = {"rfc": "AAA010101AAA", "numero_operacion": "230100172932", "ejercicio": "2023"}


def read(tree: dict[str, Any], kind: Kind = Kind.MONTHLY_RETURN) -> Any:
    return read_return(json.dumps({**HEAD, **tree}).encode(), kind=kind, file="x.json").record


def printed(text: str, *, monthly: bool = True) -> Any:
    return returns.read_text(text, monthly=monthly, file="x.pdf", names=return_names.read("x"))


def completed(tree: dict[str, Any], text: str, *, monthly: bool = True) -> Any:
    names = return_names.read("x")
    return returns.read_json({**HEAD, **tree}, monthly=monthly, file="x.json", names=names, text=text)


def amounts(record: Any) -> dict[str, str]:
    return {name: held["amount"] for name, held in record["declared"].items() if held}


def test_a_companys_provisional_payment_by_its_blocks():
    record = read(
        {
            "periodo": "Marzo",
            "determinacion_isr": {
                "ingresos_nominales_del_mes": "120,000",
                "ingresos_nominales_de_meses_anteriores": "200,000",
                "total_de_ingresos_nominales": "320,000",
                "coeficiente_de_utilidad": "0.1234",
                "utilidad_fiscal": "39,488",
                "impuesto_causado": "11,846",
                "pagos_provisionales_efectuados_con_anterioridad": "7,400",
                "isr_retenido": "100",
                "impuesto_a_cargo": "4,346",
            },
            "determinacion_iva": {
                "iva_causado": "19,200",
                "iva_acreditable": "20,000",
                "iva_retenido": 0,
                "saldo_a_favor": "800",
            },
        }
    )
    assert amounts(record) == {
        "income": "120000", "income_to_date": "320000", "taxable_profit": "39488", "tax_caused": "11846",
        "provisional_payments": "7400", "withholdings": "100", "balance_due": "4346", "iva_caused": "19200",
        "iva_creditable": "20000", "iva_withheld": "0", "iva_balance_in_favour": "800",
    }  # fmt: skip
    assert record["declared"]["tax_caused"] == {"amount": "11846", "label": "impuesto_causado", "read_from": "JSON"}


def test_a_total_beside_earlier_months_is_not_the_months_own_income():
    own = {"Ingresos de meses anteriores": "10", "Total de ingresos": "30"}
    assert amounts(read({"isr": own})) == {"income_to_date": "30"}
    assert amounts(read({"isr": {"Total de ingresos": "30"}})) == {"income": "30"}


def test_a_person_in_the_regime_of_trust_by_the_pdf_alone():
    record = printed(
        "DECLARACIÓN PROVISIONAL O DEFINITIVA DE IMPUESTOS FEDERALES\n"
        "RFC: XAMA620210DQ5    Hoja 1 de 2\nNombre: ANA XALA MORA\nTipo de declaración: Normal\n"
        "Período de la declaración: Mayo Ejercicio: 2023\nNúmero de operación: 230200172932\n"
        "Determinación del ISR simplificado de confianza\n"
        "Total de ingresos efectivamente cobrados             85,500\nTasa aplicable: 2.00%\n"
        "Impuesto mensual                                     $1,710\n"
        "ISR retenido por personas morales 500\nImpuesto a cargo 1,210\n"
        "Concepto de pago 1: ISR simplificado de confianza. Personas físicas\n"
        "A cargo: 1,210\nCantidad a cargo: 1,210\nCantidad a pagar: 1,210\n"
    )
    assert amounts(record) == {
        "income": "85500", "tax_caused": "1710", "withholdings": "500", "balance_due": "1210",
    }  # fmt: skip
    assert {held["read_from"] for held in record["declared"].values() if held} == {"PDF"}
    assert record["concepts"][0]["charge"] == "1210" and "rfc" in record["fields_from_pdf"]
    (part,) = (one for one in of_record(record) if one.path == ("Determinación del ISR simplificado de confianza",))
    assert part.rows[1] == {"name": "Tasa aplicable", "amount": None, "text": "2.00%"}


def test_a_name_that_wraps_and_an_amount_on_the_next_line():
    record = printed(
        "RFC: XAMA620210DQ5\nEjercicio: 2022\nDETERMINACIÓN DEL IMPUESTO\nTotal de ingresos\nacumulables 1,000\n"
        "Total de deducciones autorizadas:\n400\nUtilidad fiscal\n$ 600\nPérdida fiscal: (20)\n",
        monthly=False,
    )
    assert amounts(record) == {"income": "1000", "deductions": "400", "taxable_profit": "600", "tax_loss": "-20"}


def test_parts_that_follow_the_concepts_in_one_pdf_are_no_amounts_of_the_last_concept():
    record = printed(
        "RFC: AAA010101AAA\nEjercicio: 2022\nConcepto de pago 1: ISR personas morales\nA cargo: 5\n"
        "Cantidad a pagar: 5\nDetalle de IVA\nIVA causado: 90\nA favor: 70\n"
    )
    (concept,) = record["concepts"]
    assert (concept["charge"], concept["favour"]) == ("5", None)
    assert amounts(record) == {"balance_due": "5", "iva_caused": "90", "iva_balance_in_favour": "70"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"Ingresos por arrendamiento": 9000, "Deducción opcional": 3150, "Base gravable": 5850, "ISR causado": 702},
         {"income": "9000", "deductions": "3150", "taxable_profit": "5850", "tax_caused": "702"}),
        ({"Ingresos obtenidos mediante plataformas tecnológicas": "5,000.50",
          "ISR retenido por plataformas tecnológicas": "105"}, {"income": "5000.50", "withholdings": "105"}),
        ({"INGRESOS DEL PERIODO": "7", "Compras y gastos del periodo": "3", "Impuesto causado": "1"},
         {"income": "7", "deductions": "3", "tax_caused": "1"}),
    ],
)  # fmt: skip
def test_other_regimes_of_persons(rows, expected):
    assert amounts(read({"isr": rows})) == expected


def test_an_annual_return_of_several_regimes_takes_the_determination():
    sections = {
        "sueldos_salarios": {"ingresos_acumulables": "300,000", "isr_retenido": "40,000"},
        "servicios_profesionales": {"ingresos_acumulables": "50,000", "isr_retenido": "5,000"},
        "deducciones_personales": {"total_de_deducciones_personales": "12,000"},
    }
    whole = {"determinacion_impuesto": {"ingresos_acumulables": "350,000", "isr_retenido": "45,000"}}
    found = amounts(read({**sections, **whole}, Kind.ANNUAL_RETURN))
    assert found == {"income": "350000", "withholdings": "45000", "personal_deductions": "12000"}
    # Without one nothing tells what the whole is.
    assert amounts(read(sections, Kind.ANNUAL_RETURN)) == {"personal_deductions": "12000"}


def test_pairs_of_a_label_and_a_value_are_rows():
    tree = {"datos": {"determinacion": [{"concepto": "Ingresos acumulables", "importe": "10.50"},
                                        {"concepto": "Observaciones", "valor": "ninguna"}]}}  # fmt: skip
    record = read(tree, Kind.ANNUAL_RETURN)
    assert amounts(record) == {"income": "10.50"} and record["name"] is None
    (section,) = (one.record for one in of_record(record) if one.path)
    assert section["name"] == "datos / determinacion" and section["rows"] == [
        {"name": "Ingresos acumulables", "amount": "10.50", "text": "10.50"},
        {"name": "Observaciones", "amount": None, "text": "ninguna"},
    ]


def test_a_label_and_a_value_with_more_beside_them_are_a_row_and_a_section():
    record = read({"items": [{"label": "Ingresos acumulables", "value": "7", "code": "12"}]}, Kind.ANNUAL_RETURN)
    assert amounts(record) == {"income": "7"}
    first, second = (one.record for one in of_record(record) if one.path)
    assert (first["name"], first["rows"][0]["name"]) == ("items", "Ingresos acumulables")
    assert (second["name"], second["rows"][0]["text"]) == ("items / Ingresos acumulables", "12")


def test_the_rest_of_a_concepts_name_is_no_heading_and_a_withheld_tax_no_own_one():
    record = printed(
        "RFC: AAA010101AAA\nEjercicio: 2016\nISR POR PAGOS POR CUENTA DE TERCEROS O RETENCIONES POR\n"
        "Concepto de pago 1: 1\nARRENDAMIENTO DE INMUEBLES\nImpuesto a cargo: 6,500\nCantidad a pagar: 6,500\n"
    )
    assert record["concepts"][0]["charge"] == "6500"
    assert amounts(record) == {} and record["printed"] == []


def test_what_is_left_after_a_payment_is_not_the_tax():
    concept = {"nombre": "IVA", "a_cargo": "3,145", "cantidad_a_cargo": "0", "cantidad_a_favor": "764"}
    assert amounts(read({"conceptos": [concept]})) == {"iva_balance_due": "3145"}
    assert amounts(read({"conceptos": [{"nombre": "IVA", "cantidad_a_favor": "764"}]})) == {
        "iva_balance_in_favour": "764"
    }


def test_withheld_taxes_and_the_books_are_no_figures_of_the_own_tax():
    record = read(
        {
            "isr_retenciones_por_salarios": {"impuesto_causado": "999", "isr_retenido": "999"},
            "estado_de_resultados": {"ingresos": "999", "utilidad_neta": "1"},
            "ejercicio_anterior": {"ingresos_acumulables": "999"},
        },
        Kind.ANNUAL_RETURN,
    )
    assert amounts(record) == {}


def test_balances_come_from_the_conceptos_where_nothing_else_states_them():
    isr, iva = {"nombre": "ISR personas morales", "a_cargo": "7"}, {"nombre": "IVA", "a_favor": "3"}
    kept = {"nombre": "ISR retenciones por salarios", "a_cargo": "99"}
    assert amounts(read({"conceptos": [isr, iva, kept]})) == {"balance_due": "7", "iva_balance_in_favour": "3"}
    assert amounts(read({"conceptos": [isr, {**isr, "nombre": "ISR por arrendamiento"}]})) == {}


def test_the_pdf_completes_what_the_json_lacks_and_each_value_says_so():
    record, problems = completed(
        {"determinacion": {"ingresos_nominales": "10"}},
        "RFC: AAA010101AAA\nNúmero de operación: 230100172932\nTipo de declaración: Normal\n"
        "Determinación del ISR\nIngresos nominales 10\nISR causado 3\n"
        "Línea de Captura: 0423 0ABC 1234 5678 9012 Importe total a pagar: $3\nVigente hasta: 02/03/2023\n",
    )
    assert problems == () and record["declared"]["income"]["read_from"] == "JSON"
    assert record["declared"]["tax_caused"] == {"amount": "3", "label": "ISR causado", "read_from": "PDF"}
    assert record["fields_from_pdf"] == ["type", "capture_line", "amount_due", "due_date"]
    (added,) = record["printed"]
    assert [row["name"] for row in added["rows"]] == ["ISR causado"]


def test_a_pdf_of_another_return_completes_nothing():
    record, problems = completed({}, "RFC: BBB010101BBB\nTipo de declaración: Normal\nISR causado 3\n")
    assert problems == ("the PDF beside the JSON is of another return",)
    assert (record["type"], amounts(record), record["printed"]) == (None, {}, [])


def test_a_broken_pdf_beside_the_json_is_told():
    reading = read_return(json.dumps(HEAD).encode(), kind=Kind.ANNUAL_RETURN, file="x.json", beside=b"%PDF-1.4")
    assert reading.problems == ("the PDF beside the JSON cannot be read",) and reading.record["year"] == 2023


PAID = {"banco": "BANORTE", "fecha": "17/04/2023 12:01", "importe": "6,822", "numero_operacion": "99887766"}


@pytest.mark.parametrize(
    ("tree", "state", "amount"),
    [
        ({"importe_total_a_pagar": "6,822", "pago": PAID}, "PAID", "6822"),
        ({"importe_total_a_pagar": "7,000", "pago": PAID}, "PARTLY_PAID", "6822"),
        ({"importe_total_a_pagar": "6,822"}, "UNKNOWN", None),
        ({"importe_total_a_pagar": "0"}, "NOTHING_DUE", None),
        ({"conceptos": [{"nombre": "IVA", "cantidad_a_pagar": "0"}]}, "NOTHING_DUE", None),
        ({"importe_total_a_pagar": "9", "pago": [{"importe": "5", "banco": "A"}, {"importe": "4"}]}, "PAID", "9"),
        ({"payment": {"dueAmount": 5, "paidAmount": 5, "bank": "BBVA", "date": "2023-04-17"}}, "PAID", "5"),
    ],
)
def test_payments(tree, state, amount):
    record = read(tree)
    assert (record["payment"]["state"], record["payment"]["amount"]) == (state, amount)
    assert record["operation_number"] == HEAD["numero_operacion"]


def test_a_payment_tells_its_bank_day_and_number():
    found = read({"linea_captura": "0423 0ABC", "importe_total_a_pagar": "6,822", "pago": PAID})["payment"]
    assert (found["bank"], found["date"], found["operation_number"]) == ("BANORTE", "2023-04-17", "99887766")
    assert (found["capture_line"], found["amount_due"], found["read_from"]) == ("04230ABC", "6822", "JSON")


def test_financial_statements_of_a_company_from_json_and_from_the_pdf():
    tree = {
        "estado_de_posicion_financiera": {
            "activo": {"caja": "100", "clientes": "400", "total_de_activo": "500"},
            "pasivo": {"proveedores": "150", "total": "150"},
            "capital_contable": {"capital_social": "350", "total": "350"},
            "ejercicio_anterior": {"activo": {"total_de_activo": "1"}},
        },
        "estado_de_resultados": [{"concepto": "Ventas netas", "importe": "900"},
                                 {"concepto": "Utilidad neta", "importe": "90"}],
    }  # fmt: skip
    text = (
        "RFC: AAA010101AAA\nEjercicio: 2022\nESTADO DE POSICIÓN FINANCIERA\nACTIVO\nCaja 100\nClientes 400\n"
        "Total de activo 500\nPASIVO\nProveedores 150\nTotal 150\nCAPITAL CONTABLE\nCapital social 350\nTotal 350\n"
        "ESTADO DE RESULTADOS\nVentas netas 900\nUtilidad neta 90\n"
    )
    for record, source in ((read(tree, Kind.ANNUAL_RETURN), "JSON"), (printed(text, monthly=False), "PDF")):
        sheet, statement = balance_sheet(record), income_statement(record)
        assert sheet and statement
        assert (sheet["assets"], sheet["liabilities"], sheet["equity"]) == ("500", "150", "350")
        assert (statement["revenue"], statement["net_profit"], statement["net_loss"]) == ("900", "90", None)
        assert {row["read_from"] for row in (*sheet["rows"], *statement["rows"])} == {source}
        assert {"caja", "Caja"} & {row["name"] for row in sheet["rows"]}
    nothing = read({})
    assert balance_sheet(nothing) is None and income_statement(nothing) is None


def test_equal_amounts_of_two_employers_are_not_one_total():
    employer = {"ingresos_acumulables": "100", "isr_retenido": "10"}
    record = read({"sueldos": [employer, {**employer, "patron": "B"}]}, Kind.ANNUAL_RETURN)
    assert amounts(record) == {}
    record = read({"sueldos": [employer, employer], "determinacion": {"isr_retenido": "20"}}, Kind.ANNUAL_RETURN)
    assert amounts(record) == {"withholdings": "20"}
