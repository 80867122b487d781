"""The filter and the orders of withholdings."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.filters.fiscal import FiscalFilter
from resolvers.filters.inputs import AmountRange, filter_input, optional
from resolvers.lists.paginated import listing


@filter_input("withholdings")
class WithholdingFilter(FiscalFilter):
    withholding_key: list[str] | None = optional("CveRetenc.")
    year: list[int] | None = optional("Ejercicio of its period.")
    tax: list[str] | None = optional("A tax withheld in it: 001 ISR, 002 IVA, 003 IEPS.")
    total_operation: AmountRange | None = optional("MontoTotOperacion, in pesos.")
    total_withheld: AmountRange | None = optional("MontoTotRet, in pesos.")


@strawberry.enum(
    description="Order of a list of withholdings. Documents without the value come last in _DESC and first in _ASC."
)
class WithholdingOrder(Enum):
    ISSUED_AT_DESC = strawberry.enum_value("ISSUED_AT_DESC", description="Newest first, by FechaExp.")
    ISSUED_AT_ASC = strawberry.enum_value("ISSUED_AT_ASC", description="Oldest first, by FechaExp.")
    TOTAL_OPERATION_DESC = strawberry.enum_value("TOTAL_OPERATION_DESC", description="Largest operation first.")
    TOTAL_OPERATION_ASC = strawberry.enum_value("TOTAL_OPERATION_ASC", description="Smallest operation first.")
    TOTAL_WITHHELD_DESC = strawberry.enum_value("TOTAL_WITHHELD_DESC", description="Largest amount withheld first.")
    TOTAL_WITHHELD_ASC = strawberry.enum_value("TOTAL_WITHHELD_ASC", description="Smallest amount withheld first.")
    COUNTERPARTY_ASC = strawberry.enum_value(
        "COUNTERPARTY_ASC", description="By name of the counterparty, A to Z; case is ignored."
    )
    COUNTERPARTY_DESC = strawberry.enum_value(
        "COUNTERPARTY_DESC", description="By name of the counterparty, Z to A; case is ignored."
    )


withholdings_of = listing("withholdings", WithholdingFilter, WithholdingOrder, "withholdings")
