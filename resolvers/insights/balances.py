"""Receivables and payables."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.sat.dates import MEXICO
from gateway.store.insights import balances, periods
from gateway.store.mongo import Row
from resolvers.context import Info
from resolvers.documents.codes import Code, coded
from resolvers.documents.totals import InvoiceConnection
from resolvers.fields import resolved
from resolvers.insights.buckets import CounterpartyIdentity, Coverage, drill_down
from resolvers.insights.inputs import COST, Top, top_of
from resolvers.scalars import Date, Decimal, LocalDateTime

_MOST_CREDIT_DAYS = 365


@strawberry.enum(description="How long an invoice has been due.")
class Age(Enum):
    NOT_DUE = strawberry.enum_value("NOT_DUE", description="Not due yet.")
    DAYS_1_TO_30 = strawberry.enum_value("DAYS_1_TO_30", description="1 to 30 days past due.")
    DAYS_31_TO_60 = strawberry.enum_value("DAYS_31_TO_60", description="31 to 60 days past due.")
    DAYS_61_TO_90 = strawberry.enum_value("DAYS_61_TO_90", description="61 to 90 days past due.")
    OVER_90_DAYS = strawberry.enum_value("OVER_90_DAYS", description="More than 90 days past due.")


@strawberry.type(description="Outstanding balance of invoices, in pesos by each invoice's own TipoCambio.")
class BalanceSums:
    documents: int = strawberry.field(description="Number of invoices with an outstanding balance.")
    outstanding: Decimal = strawberry.field(description="Outstanding balance, in pesos.")
    oldest: LocalDateTime | None = strawberry.field(description="Fecha of the oldest of these invoices.")
    coverage: Coverage = strawberry.field(
        description="How many of the invoices are included. Invoices whose value in pesos is unknown are not."
    )
    invoices: InvoiceConnection = drill_down("These invoices, newest first.")


@strawberry.type(description="The balance that has been due for a given time.")
class AgeBalance(BalanceSums):
    age: Age = strawberry.field(description="How long they have been due. An age without invoices has zeros.")


@strawberry.type(description="Outstanding balance of one counterparty.")
class CounterpartyBalance(BalanceSums):
    identity: CounterpartyIdentity = strawberry.field(description="The counterparty.")


@strawberry.type(description="The balance that has been due for a given time, in one currency.")
class CurrencyAgeBalance:
    age: Age = strawberry.field(description="How long the invoices have been due.")
    documents: int = strawberry.field(description="Number of invoices.")
    outstanding: Decimal = strawberry.field(description="Outstanding balance, in the currency itself.")
    invoices: InvoiceConnection = drill_down("These invoices, newest first.")


@strawberry.type(description="Outstanding balance of the invoices in one currency.")
class CurrencyBalance:
    currency: Code | None = coded("key", "currency", "Moneda (c_Moneda); null when unknown.", context=())
    documents: int = strawberry.field(description="Number of invoices with an outstanding balance.")
    outstanding: Decimal = strawberry.field(description="Outstanding balance, in the currency itself.")
    outstanding_pesos: Decimal = strawberry.field(
        description="Outstanding balance in pesos, by each invoice's own TipoCambio."
    )
    coverage: Coverage = strawberry.field(description="How many of the invoices `outstandingPesos` includes.")
    ageing: list[CurrencyAgeBalance] = strawberry.field(description="The balance by age.")


@strawberry.type(
    description="Cuentas por cobrar or por pagar: the outstanding balance of PPD invoices after the payments made and "
    "the credit notes (TipoRelacion 01, 03, 07) issued up to a day. Only documents in force now count."
)
class Balances:
    as_of: Date = strawberry.field(description="The balance is as of the end of this day.")
    total: BalanceSums = strawberry.field(description="All invoices together.")
    coverage: Coverage = strawberry.field(
        description="Coverage of `total`, and of the documents of which it is not known what they leave or take of "
        "what is owed: CFDI known only from their metadata, or of an unknown MetodoPago, payments whose shares are "
        "not known, credit notes that name several invoices or none."
    )
    ageing: list[AgeBalance] = strawberry.field(description="The balance by age.")
    by_currency: list[CurrencyBalance] = strawberry.field(description="The balance by currency of the invoice.")
    counterparty_count: int = strawberry.field(description="Number of counterparties with an outstanding balance.")
    counterparties: list[CounterpartyBalance] = strawberry.field(
        description="The `top` counterparties, largest balance in pesos first."
    )


AsOf = Annotated[
    Date | None,
    strawberry.argument(
        description="As of the end of this day; by default today in Mexico, which is also the latest day allowed."
    ),
]
CreditDays = Annotated[
    int,
    strawberry.argument(
        description="Days from issue until an invoice falls due, 365 at most. A CFDI does not state its due date."
    ),
]


def _day(text: str | None) -> tuple[date, bool]:
    """Return the day, and whether it is today."""
    today = datetime.now(MEXICO).date()
    if text is None:
        return today, True
    day = date.fromisoformat(text)
    if day > today or day.year < periods.FIRST_YEAR:
        raise InvalidInput("INVALID_DATE", f"`asOf` must be a day from {periods.FIRST_YEAR} to today")
    return day, day == today


def balances_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row], info: Info, as_of: AsOf = None, credit_days: CreditDays = 0, top: Top = 10
    ) -> balances.Balances:
        if not 0 <= credit_days <= _MOST_CREDIT_DAYS:
            raise InvalidInput("INVALID_CREDIT_DAYS", f"`creditDays` must be from 0 to {_MOST_CREDIT_DAYS}")
        day, now = _day(as_of)
        spend_rows(COST)
        return await balances.balances(
            info.context.store, root["taxpayer"], direction, day, now=now, credit_days=credit_days, top=top_of(top)
        )

    return resolved(resolve, Balances | None, description, ())
