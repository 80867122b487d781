"""Exposure to SAT's 69-B list."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.store.insights import exposure
from gateway.store.mongo import Row
from resolvers.blacklist import BlacklistEntry, BlacklistSituation
from resolvers.context import Info
from resolvers.documents.counterparty_links import LazyCounterparty, counterparty_field
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import Amounts, Coverage, drill_down
from resolvers.insights.inputs import By, InsightDate, range_of
from resolvers.scalars import Date, DateTime, Rfc


@strawberry.type(description="CFDI in force exchanged with listed counterparties, in pesos.")
class ExposureSums:
    invoiced: Amounts = strawberry.field(description="CFDI de ingreso (type I).")
    credit_notes: Amounts = strawberry.field(description="CFDI de egreso (type E).")
    result: Amounts = strawberry.field(description="`invoiced` less `creditNotes`. `documents` counts those of both.")
    coverage: Coverage = strawberry.field(
        description="How many of the documents of `invoiced` and `creditNotes` are included."
    )
    invoices: InvoiceConnection = drill_down("These CFDI, newest first.")


@strawberry.type(description="A listed counterparty with what was exchanged with it.")
class ListedCounterparty:
    rfc: Rfc = strawberry.field(description="RFC.")
    entry: BlacklistEntry = strawberry.field(description="Its entry in the list.")
    counterparty: LazyCounterparty | None = counterparty_field()
    issued: ExposureSums = strawberry.field(description="CFDI that the taxpayer issued to it.")
    received: ExposureSums = strawberry.field(description="CFDI that the taxpayer received from it.")


@strawberry.type(description="All listed counterparties of one situation.")
class SituationExposure:
    situation: BlacklistSituation = strawberry.field(description="Situación del contribuyente.")
    counterparty_count: int = strawberry.field(description="Number of counterparties in this situation.")
    issued: ExposureSums = strawberry.field(description="CFDI that the taxpayer issued to them.")
    received: ExposureSums = strawberry.field(
        description="CFDI that the taxpayer received from them. For DEFINITIVE, their deduction and their creditable "
        "IVA are at risk."
    )
    counterparties: list[ListedCounterparty] = strawberry.field(
        description=f"The counterparties, most documents first; {exposure.MOST_COUNTERPARTIES} at most."
    )


@strawberry.type(
    description="Exposure to SAT's list of article 69-B (CFF): CFDI of types I and E in force exchanged with "
    "counterparties that are on the list now. Their situation on the day of the CFDI may have been another: see "
    "`entry.since`."
)
class BlacklistExposure:
    imported_at: DateTime | None = strawberry.field(
        description="When the list was last imported here (`sat-gateway blacklist import`); null when it never was, "
        "and the exposure is then unknown."
    )
    as_of: Date | None = strawberry.field(description="The day to which the list is up to date, as the list states it.")
    entries: int | None = strawberry.field(description="Number of RFCs on the list.")
    counterparties_checked: int | None = strawberry.field(
        description="Number of counterparties looked up, without the generic RFCs; null when no list was imported."
    )
    situations: list[SituationExposure] | None = strawberry.field(
        description="Exposure by situation, including situations without a counterparty; null when no list was "
        "imported."
    )


_From = Annotated[
    Date | None,
    strawberry.argument(name="from", description="The first day, by the date that `by` chooses; needs `to`."),
]
_To = Annotated[Date | None, strawberry.argument(description="The last day, included; needs `from`.")]


async def _exposure(
    root: Parent[Row], info: Info, from_: _From = None, to: _To = None, by: By = InsightDate.PERIOD
) -> exposure.BlacklistExposure:
    if (from_ is None) != (to is None):
        raise InvalidInput("INVALID_RANGE", "give both `from` and `to`, or neither for all years")
    asked = range_of(from_, to, by=by) if from_ is not None and to is not None else None
    return await exposure.exposure(info.context.store, root["taxpayer"], asked)


def exposure_field() -> Any:
    description = "Exposure to SAT's 69-B list, over all years unless a range is given."
    return resolved(_exposure, BlacklistExposure | None, description, ())
