"""Every value of a return's JSON is in a field of the record or in its sections, whatever the JSON's shape."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.sat import return_sections
from gateway.sat.dates import to_iso
from gateway.sat.kinds import Kind
from gateway.sat.money import printed_amount
from gateway.sat.readers import read_return

#: Names that the reader knows beside any others: what it takes for a field is where a value could be lost.
KNOWN = (
    "rfc", "RFC", "nombre", "primer_apellido", "numero_operacion", "folio", "ejercicio", "periodo", "tipo", "subtipo",
    "fecha_presentacion", "linea_captura", "importe_total_a_pagar", "vigente_hasta", "conceptos", "concepto", "importe",
    "valor", "a_cargo", "a_favor", "recargos", "cantidad_a_pagar", "fecha_pago_anterior", "pago", "banco", "isr", "iva",
    "determinacion", "ingresos_acumulables", "estado_de_resultados", "periodicidad", "Número de operación", "name",
)  # fmt: skip
TEXTS = st.sampled_from(["17/02/2024 10:28", "AAA010101AAA", "Enero", "$1,234", "un texto", "(50)", "2023",
                         "2023 y más", "A B", "Normal"]) | st.text(max_size=12)  # fmt: skip
KEYS = st.sampled_from(KNOWN) | st.text(min_size=1, max_size=8)
LEAVES = TEXTS | st.integers(-(10**20), 10**20) | st.booleans() | st.none()
INNER = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
TREES = st.dictionaries(KEYS, INNER, max_size=6)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    elif value is not None and value != "":
        yield value


def numbered(value: Any, count: Iterator[int]) -> Any:
    """The same shape with a text of its own in each place."""
    if isinstance(value, dict):
        return {key: numbered(inner, count) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, count) for inner in value]
    return f"text{next(count)}end"


def shown(record: Any) -> set[str]:
    """Every text of the record's fields and of its sections' rows, without blanks and in capitals."""
    found = {str(value) for key, value in record.items() if key not in ("blocks", "printed") for value in leaves(value)}
    for section in return_sections.of_record(record):
        found |= {part for row in section.rows for part in (row["name"] or "", row["text"])}
        found |= set(section.path)
    return {squeezed(text) for text in found}


def squeezed(text: str) -> str:
    return "".join(text.split()).upper()


@given(TREES)
def test_no_value_of_any_json_is_lost(tree: dict[str, Any]) -> None:
    document = json.dumps({"numero_operacion_propio": "1", **tree}).encode()
    record = read_return(document, kind=Kind.ANNUAL_RETURN, file="dec_anual_2019_200100172932.json").record
    told = shown(record)
    for leaf in leaves(json.loads(document)):
        text = str(leaf).lower() if isinstance(leaf, bool) else str(leaf)
        forms = {text, to_iso(text), printed_amount(leaf)}
        # The parts of a name are one text.
        assert any(squeezed(form) in told or any(squeezed(form) in one for one in told) for form in forms if form), (
            leaf,
            record,
        )


@given(TREES)
def test_no_text_of_any_json_is_lost_where_each_is_another(tree: dict[str, Any]) -> None:
    document = numbered(tree, itertools.count())
    record = read_return(json.dumps(document).encode(), kind=Kind.MONTHLY_RETURN, file="dec_2019_200100172.json").record
    told = "|".join(shown(record))
    assert [text for text in leaves(document) if text.upper() not in told] == []


@given(TREES)
def test_the_text_that_is_stored_gives_the_same_sections(tree: dict[str, Any]) -> None:
    document = json.dumps({**tree, "ejercicio": "2023"}).encode()
    record = read_return(document, kind=Kind.MONTHLY_RETURN, file="x.json").record
    stored = {**record, "blocks": json.dumps(record["blocks"]), "printed": json.dumps(record["printed"])}
    assert return_sections.of_record(stored) == return_sections.of_record(record)
