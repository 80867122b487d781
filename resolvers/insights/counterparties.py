"""Concentration of customers and suppliers, and the network of all counterparties."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import counterparties
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import CounterpartyIdentity, Coverage, drill_down
from resolvers.insights.inputs import RATIO, By, Currency, From, InsightDate, To, Top, currency_of, range_of, top_of
from resolvers.scalars import Date, Decimal, LocalDateTime


@strawberry.type(description="Share of one counterparty in the whole.")
class CounterpartyShare:
    identity: CounterpartyIdentity = strawberry.field(description="The counterparty.")
    documents: int = strawberry.field(description="Number of CFDI of types I and E in force.")
    net: Decimal = strawberry.field(description="Sum without taxes, credit notes subtracted.")
    total: Decimal = strawberry.field(description="Sum with taxes, credit notes subtracted.")
    share: Decimal | None = strawberry.field(
        description=f"`net` divided by the `total` of all counterparties: {RATIO}."
    )
    cumulative_share: Decimal | None = strawberry.field(
        description=f"Share of this and all larger counterparties together: {RATIO}."
    )
    coverage: Coverage = strawberry.field(description="How many of `documents` are included.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="All entries that are not listed, together.")
class OtherCounterparties:
    counterparty_count: int = strawberry.field(description="Number of entries.")
    net: Decimal = strawberry.field(description="Sum without taxes, credit notes subtracted.")
    share: Decimal | None = strawberry.field(
        description=f"`net` divided by the `total` of all counterparties: {RATIO}."
    )


@strawberry.type(description="Concentration of sales or expenditures on few customers or suppliers.")
class Concentration:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    currency: str = strawberry.field(description="Currency of all amounts; MXN unless another was requested.")
    total: Decimal = strawberry.field(description="Total of all counterparties, net of taxes, credit notes subtracted.")
    counterparty_count: int = strawberry.field(description="Number of counterparties.")
    herfindahl: Decimal | None = strawberry.field(
        description="Índice de Herfindahl-Hirschman: the sum of the squares of all shares, from near 0 (many small "
        f"ones) to 1 (a single one): {RATIO}."
    )
    counterparties: list[CounterpartyShare] = strawberry.field(description="The `top` entries, largest `net` first.")
    others: OtherCounterparties = strawberry.field(description="All others together.")
    coverage: Coverage = strawberry.field(description="How many of the CFDI in the range are included.")


@strawberry.type(description="Sales to or purchases from a counterparty, in pesos, credit notes subtracted.")
class Exchange:
    documents: int = strawberry.field(description="Number of CFDI of types I and E in force.")
    net: Decimal = strawberry.field(description="Sum without taxes.")
    total: Decimal = strawberry.field(description="Sum with taxes.")


@strawberry.type(description="Sales to and purchases from one counterparty.")
class NetworkCounterparty:
    identity: CounterpartyIdentity = strawberry.field(description="The counterparty.")
    sold: Exchange = strawberry.field(description="Sales, by CFDI issued to it.")
    bought: Exchange = strawberry.field(description="Purchases, by CFDI received from it.")
    documents: int = strawberry.field(description="Number of CFDI of types I and E in force.")
    cancelled: int = strawberry.field(
        description="Number of cancelled CFDI of types I and E. No other figure includes them."
    )
    cancellation_rate: Decimal | None = strawberry.field(
        description=f"`cancelled` divided by all, in force and cancelled: {RATIO}."
    )
    credit_notes: int = strawberry.field(description="Number of CFDI of type E in force.")
    credit_note_rate: Decimal | None = strawberry.field(
        description=f"`creditNotes` divided by the CFDI in force: {RATIO}."
    )
    first_issued_at: LocalDateTime | None = strawberry.field(description="Fecha of the first CFDI in the range.")
    last_issued_at: LocalDateTime | None = strawberry.field(description="Fecha of the last CFDI in the range.")
    coverage: Coverage = strawberry.field(description="How many of the CFDI in force are included.")
    invoices: InvoiceConnection = drill_down("The CFDI of `documents`, newest first.")


@strawberry.type(description="The network of counterparties (red de clientes y proveedores).")
class Network:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, included.")
    counterparty_count: int = strawberry.field(description="Number of counterparties.")
    counterparties: list[NetworkCounterparty] = strawberry.field(
        description="The `top` counterparties, largest sum of both directions first."
    )


def concentration_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row],
        info: Info,
        from_: From,
        to: To,
        top: Top = 10,
        currency: Currency = None,
        by: By = InsightDate.PERIOD,
    ) -> counterparties.Concentration:
        return await counterparties.concentration(
            info.context.store,
            root["taxpayer"],
            direction,
            range_of(from_, to, by=by),
            currency=currency_of(currency),
            top=top_of(top),
        )

    return resolved(resolve, Concentration | None, description, ())


async def _network(
    root: Parent[Row], info: Info, from_: From, to: To, top: Top = 50, by: By = InsightDate.PERIOD
) -> counterparties.Network:
    asked = range_of(from_, to, by=by)
    return await counterparties.network(info.context.store, root["taxpayer"], asked, top=top_of(top))


def network_field() -> Any:
    return resolved(_network, Network | None, "Sales to and purchases from each counterparty.", ())
