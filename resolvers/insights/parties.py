"""Concentration of customers and suppliers, and the network of all counterparties."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import Parent

from gateway.store.insights import parties
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Party, drill_down
from resolvers.insights.inputs import Currency, From, To, Top, currency_of, range_of, top_of
from resolvers.scalars import Date, Decimal, LocalDateTime
from resolvers.totals import InvoiceConnection

_RATIO = "a ratio (0.250000 is 25 %), six decimals, rounded half up; null of nothing"


@strawberry.type(description="How much of the whole is one counterparty's.")
class PartyShare:
    party: Party = strawberry.field(description="Whose.")
    documents: int = strawberry.field(description="CFDI of types I and E in force.")
    net: Decimal = strawberry.field(description="Net of taxes, credit notes subtracted.")
    total: Decimal = strawberry.field(description="With taxes, credit notes subtracted.")
    share: Decimal | None = strawberry.field(description=f"`net` of the whole: {_RATIO}.")
    cumulative_share: Decimal | None = strawberry.field(
        description=f"That of this one and all larger ones together: {_RATIO}."
    )
    coverage: Coverage = strawberry.field(description="Of `documents`.")
    invoices: InvoiceConnection = drill_down()


@strawberry.type(description="All that are not listed, together.")
class OtherParties:
    parties_count: int = strawberry.field(description="How many they are.")
    net: Decimal = strawberry.field(description="Net of taxes, credit notes subtracted.")
    share: Decimal | None = strawberry.field(description=f"`net` of the whole: {_RATIO}.")


@strawberry.type(description="Concentration: how much hangs on how few customers or suppliers.")
class Concentration:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    currency: str = strawberry.field(description="The currency of all its amounts; MXN unless one was asked for.")
    total: Decimal = strawberry.field(description="The whole, net of taxes, credit notes subtracted.")
    parties_count: int = strawberry.field(description="How many counterparties there are.")
    herfindahl: Decimal | None = strawberry.field(
        description="Índice de Herfindahl-Hirschman: the sum of the squares of all shares, from near 0 (many small "
        f"ones) to 1 (a single one): {_RATIO}."
    )
    parties: list[PartyShare] = strawberry.field(description="Those with the largest `net`: `top` of them.")
    others: OtherParties = strawberry.field(description="All the others.")
    coverage: Coverage = strawberry.field(description="Of all CFDI in the range.")


@strawberry.type(description="What was sold to or bought from a counterparty, in pesos, credit notes subtracted.")
class Exchange:
    documents: int = strawberry.field(description="CFDI of types I and E in force.")
    net: Decimal = strawberry.field(description="Net of taxes.")
    total: Decimal = strawberry.field(description="With taxes.")


@strawberry.type(description="Everything that is exchanged with a counterparty.")
class NetworkParty:
    party: Party = strawberry.field(description="Whom.")
    sold: Exchange = strawberry.field(description="By CFDI issued to it.")
    bought: Exchange = strawberry.field(description="By CFDI received from it.")
    documents: int = strawberry.field(description="CFDI of types I and E, cancelled ones too.")
    cancelled: int = strawberry.field(description="How many of them are cancelled.")
    cancellation_rate: Decimal | None = strawberry.field(description=f"`cancelled` of `documents`: {_RATIO}.")
    credit_notes: int = strawberry.field(description="How many of those in force are of type E.")
    credit_note_rate: Decimal | None = strawberry.field(description=f"`creditNotes` of those in force: {_RATIO}.")
    first_issued_at: LocalDateTime | None = strawberry.field(description="Fecha of the first in the range.")
    last_issued_at: LocalDateTime | None = strawberry.field(description="Fecha of the last in the range.")
    coverage: Coverage = strawberry.field(description="Of those in force.")
    invoices: InvoiceConnection = drill_down("All of `documents`, newest first.")


@strawberry.type(description="The network of counterparties (red de clientes y proveedores).")
class Network:
    from_: Date = strawberry.field(name="from", description="The first day of the range.")
    to: Date = strawberry.field(description="The last day of the range, in it too.")
    parties_count: int = strawberry.field(description="How many counterparties there are.")
    parties: list[NetworkParty] = strawberry.field(
        description="Those with the most exchanged, both ways together: `top` of them."
    )


def concentration_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row], info: Info, from_: From, to: To, top: Top = 10, currency: Currency = None
    ) -> Row:
        return await parties.concentration(
            info.context.store,
            root["taxpayer"],
            direction,
            range_of(from_, to),
            currency=currency_of(currency),
            top=top_of(top),
        )

    return resolved(resolve, Concentration | None, description, ())


async def _network(root: Parent[Row], info: Info, from_: From, to: To, top: Top = 50) -> Row:
    return await parties.network(info.context.store, root["taxpayer"], range_of(from_, to), top=top_of(top))


def network_field() -> Any:
    return resolved(_network, Network | None, "What is exchanged with each counterparty, both ways.", ())
