"""The labels under which returns state their figures: SAT's forms since 2018, and the keys of public readers of them.

Of each figure the firmest label first: a total before its parts, the period's own before what has added up since
January. Labels are compared folded: case, accents, punctuation and articles do not count (gateway/sat/lenient.py).
"""

from __future__ import annotations

from gateway.sat.lenient import fold


def _folded(*labels: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, labels)))


#: Totals that in a monthly return may have added up since January.
MAY_BE_TO_DATE = _folded(
    "Total de ingresos nominales", "Total de ingresos acumulables", "Total de ingresos", "Ingresos totales",
    "Total de ingresos del periodo",
)  # fmt: skip
_INCOME_OF_MONTH = _folded(
    "Ingresos nominales del mes", "Ingresos nominales del periodo", "Total de ingresos del mes", "Ingresos del mes",
    "Total de ingresos del periodo", "Ingresos del periodo", "Ingresos percibidos del mes",
    "Ingresos percibidos en el mes", "Ingresos efectivamente cobrados en el mes",
    "Ingresos efectivamente cobrados del mes", "Total de ingresos efectivamente cobrados",
    "Ingresos efectivamente cobrados", "Ingresos cobrados", "Total de ingresos percibidos", "Ingresos percibidos",
    "Total de ingresos por arrendamiento", "Ingresos por arrendamiento",
    "Ingresos obtenidos mediante plataformas tecnológicas", "Ingresos por plataformas tecnológicas",
    "Total de ingresos nominales", "Total de ingresos acumulables", "Total de ingresos", "Ingresos totales",
    "Ingresos nominales", "Ingresos acumulables", "Ingresos", "totalIncome", "income",
)  # fmt: skip
_INCOME_OF_YEAR = _folded(
    "Total de ingresos acumulables", "Ingresos acumulables", "Total de ingresos acumulables del ejercicio",
    "Ingresos acumulables del ejercicio", "Total de ingresos del ejercicio", "Ingresos del ejercicio",
    "Total de ingresos efectivamente cobrados", "Ingresos efectivamente cobrados", "Total de ingresos percibidos",
    "Ingresos percibidos", "Total de ingresos nominales", "Total de ingresos", "Ingresos totales",
    "Total de ingresos obtenidos mediante plataformas tecnológicas", "Ingresos nominales",
    "Ingresos por arrendamiento", "Total de ingresos por sueldos y salarios",
    "Ingresos por sueldos y salarios", "Ingresos", "totalIncome", "income",
)  # fmt: skip
_BALANCE = ("del ejercicio", "del periodo", "del mes", "")


def _balances(tax: str, side: str) -> tuple[str, ...]:
    subjects = (tax, "Impuesto", "Diferencia", "Saldo", "Cantidad", "Importe", "")
    return _folded(*(f"{subject} {side} {of}".strip() for subject in subjects for of in _BALANCE))


_COMMON: dict[str, tuple[str, ...]] = {
    "income_to_date": _folded(
        "Ingresos nominales acumulados", "Total de ingresos acumulados", "Ingresos acumulados",
        "Ingresos acumulados del ejercicio", "incomeToDate",
    ),
    "deductions": _folded(
        "Total de deducciones autorizadas", "Deducciones autorizadas", "Deducciones autorizadas del ejercicio",
        "Deducciones autorizadas del periodo", "Total de deducciones", "Deducción opcional",
        "Total de compras y gastos",
        "Compras y gastos del periodo", "Deducciones", "deductions",
    ),
    "personal_deductions": _folded(
        "Total de deducciones personales", "Deducciones personales", "Total deducciones personales aplicables",
    ),
    "taxable_profit": _folded(
        "Utilidad fiscal del ejercicio", "Utilidad fiscal", "Utilidad fiscal para pago provisional",
        "Utilidad gravable", "Resultado fiscal", "Base gravable del pago provisional", "Base gravable",
        "Base del impuesto", "taxableProfit",
    ),
    "tax_loss": _folded("Pérdida fiscal del ejercicio", "Pérdida fiscal", "taxLoss"),
    "tax_caused": _folded(
        "ISR causado en el ejercicio", "ISR causado del ejercicio", "ISR causado",
        "Impuesto sobre la renta causado en el ejercicio", "Impuesto sobre la renta causado",
        "Impuesto causado en el ejercicio", "Impuesto causado del ejercicio", "Impuesto causado",
        "ISR determinado", "Impuesto determinado", "ISR del ejercicio", "Impuesto sobre la renta del ejercicio",
        "Impuesto del ejercicio", "Impuesto mensual", "ISR del periodo", "Impuesto del periodo", "ISR mensual",
        "Impuesto anual", "taxCaused",
    ),
    "provisional_payments": _folded(
        "Total de pagos provisionales efectuados", "Pagos provisionales efectuados",
        "Pagos provisionales del ejercicio",
        "Pagos provisionales efectuados con anterioridad", "Pagos provisionales efectuados en el ejercicio",
        "Pagos provisionales de meses anteriores", "Total de pagos provisionales", "Pagos provisionales acreditables",
        "Pagos provisionales", "Pagos mensuales efectuados", "Pagos mensuales", "provisionalPayments",
    ),
    "withholdings": _folded(
        "Total de ISR retenido", "Total de impuesto retenido", "ISR retenido al contribuyente",
        "Impuesto retenido al contribuyente", "ISR retenido por personas morales",
        "ISR retenido por plataformas tecnológicas", "ISR retenido", "Impuesto retenido",
        "Retenciones de ISR", "Total de retenciones", "Retenciones acreditables", "withholdings",
    ),
    "balance_due": _balances("ISR", "a cargo"),
    "balance_in_favour": _balances("ISR", "a favor"),
    "iva_caused": _folded(
        "Total de IVA causado", "IVA causado", "IVA causado del periodo", "Total de IVA trasladado", "IVA trasladado",
        "IVA cobrado", "Impuesto causado", "Total del impuesto causado", "vatCaused",
    ),
    "iva_creditable": _folded(
        "Total de IVA acreditable", "IVA acreditable del periodo", "IVA acreditable", "Impuesto acreditable",
        "Total del impuesto acreditable", "vatCreditable",
    ),
    "iva_withheld": _folded(
        "Total de IVA retenido", "IVA retenido al contribuyente", "IVA retenido", "Impuesto retenido", "vatWithheld",
    ),
    "iva_balance_due": _balances("IVA", "a cargo"),
    "iva_balance_in_favour": _balances("IVA", "a favor"),
}  # fmt: skip


def of_return(*, monthly: bool) -> dict[str, tuple[str, ...]]:
    """Return the labels of each figure in a monthly or an annual return."""
    return MONTHLY if monthly else ANNUAL


MONTHLY = {"income": _INCOME_OF_MONTH, **_COMMON}
ANNUAL = {"income": _INCOME_OF_YEAR, **_COMMON, "income_to_date": ()}
