"""Receivables and payables."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry import Parent

from gateway.errors import InvalidInput
from gateway.graphql.limits import spend_rows
from gateway.store.insights import balances, periods
from gateway.store.mongo import Row
from resolvers.codes import Code, coded
from resolvers.context import Info
from resolvers.fields import resolved
from resolvers.insights.buckets import Coverage, Party, drill_down
from resolvers.insights.inputs import COST, Top, top_of
from resolvers.scalars import Date, Decimal, LocalDateTime
from resolvers.totals import InvoiceConnection

_MEXICO = ZoneInfo("America/Mexico_City")
_MOST_CREDIT_DAYS = 365


@strawberry.enum(description="For how long something has been due.")
class Age(Enum):
    NOT_DUE = strawberry.enum_value("NOT_DUE", description="Not due yet.")
    DAYS_1_TO_30 = strawberry.enum_value("DAYS_1_TO_30", description="1 to 30 days past due.")
    DAYS_31_TO_60 = strawberry.enum_value("DAYS_31_TO_60", description="31 to 60 days past due.")
    DAYS_61_TO_90 = strawberry.enum_value("DAYS_61_TO_90", description="61 to 90 days past due.")
    OVER_90_DAYS = strawberry.enum_value("OVER_90_DAYS", description="More than 90 days past due.")


@strawberry.type(description="What is left to pay of invoices, in pesos by each invoice's own TipoCambio.")
class BalanceSums:
    documents: int = strawberry.field(description="How many invoices something is left of.")
    outstanding: Decimal = strawberry.field(description="What is left of them, in pesos.")
    oldest: LocalDateTime | None = strawberry.field(description="Fecha of the oldest of them.")
    coverage: Coverage = strawberry.field(description="Outside it are invoices whose pesos are not known.")
    invoices: InvoiceConnection = drill_down("These very invoices, newest first.")


@strawberry.type(description="What has been due for so long.")
class AgeBalance(BalanceSums):
    age: Age = strawberry.field(description="For how long. Ages of which there is nothing have zeros.")


@strawberry.type(description="What is left to pay to or by one counterparty.")
class PartyBalance(BalanceSums):
    party: Party = strawberry.field(description="Whom.")


@strawberry.type(description="What has been due for so long, in a currency.")
class CurrencyAgeBalance:
    age: Age = strawberry.field(description="For how long.")
    documents: int = strawberry.field(description="How many invoices.")
    outstanding: Decimal = strawberry.field(description="What is left of them, in the currency itself.")
    invoices: InvoiceConnection = drill_down("These very invoices, newest first.")


@strawberry.type(description="What is left to pay of the invoices in a currency.")
class CurrencyBalance:
    currency: Code | None = coded("key", "currency", "Moneda (c_Moneda); null where unknown.", context=())
    documents: int = strawberry.field(description="How many invoices something is left of.")
    outstanding: Decimal = strawberry.field(description="What is left of them, in the currency itself.")
    outstanding_pesos: Decimal = strawberry.field(description="The same in pesos, by each invoice's own TipoCambio.")
    coverage: Coverage = strawberry.field(description="Of `outstandingPesos`.")
    ageing: list[CurrencyAgeBalance] = strawberry.field(description="By how long it has been due.")


@strawberry.type(
    description="Cuentas por cobrar or por pagar: what is left of invoices that are paid later (PPD), after the "
    "payments made and the credit notes (TipoRelacion 01, 03, 07) issued up to a day. By what is in force now."
)
class Balances:
    as_of: Date = strawberry.field(description="At the end of which day.")
    total: BalanceSums = strawberry.field(description="All together.")
    coverage: Coverage = strawberry.field(
        description="As that of `total`; of the CFDI known from their metadata alone nobody can tell whether they are "
        "paid later: they are outside it."
    )
    ageing: list[AgeBalance] = strawberry.field(description="By how long it has been due.")
    by_currency: list[CurrencyBalance] = strawberry.field(description="By currency of the invoice.")
    parties_count: int = strawberry.field(description="How many counterparties owe or are owed something.")
    parties: list[PartyBalance] = strawberry.field(description="Those with the most pesos first: `top` of them.")


AsOf = Annotated[
    Date | None,
    strawberry.argument(description="At the end of this day; today in Mexico unless given, and never later."),
]
CreditDays = Annotated[
    int,
    strawberry.argument(
        description="A CFDI does not say when it falls due: so many days after its issue, 0 unless given, 365 at most."
    ),
]


def _day(text: str | None) -> tuple[date, bool]:
    """The day, and whether it is today."""
    today = datetime.now(_MEXICO).date()
    if text is None:
        return today, True
    day = date.fromisoformat(text)
    if day > today or day.year < periods.FIRST_YEAR:
        raise InvalidInput("INVALID_DATE", f"`asOf` is a day from {periods.FIRST_YEAR} to today")
    return day, day == today


def balances_field(direction: str, description: str) -> Any:
    async def resolve(
        root: Parent[Row], info: Info, as_of: AsOf = None, credit_days: CreditDays = 0, top: Top = 10
    ) -> Row:
        if not 0 <= credit_days <= _MOST_CREDIT_DAYS:
            raise InvalidInput("INVALID_CREDIT_DAYS", f"from 0 to {_MOST_CREDIT_DAYS} days")
        day, now = _day(as_of)
        spend_rows(COST)
        return await balances.balances(
            info.context.store, root["taxpayer"], direction, day, now=now, credit_days=credit_days, top=top_of(top)
        )

    return resolved(resolve, Balances | None, description, ())
