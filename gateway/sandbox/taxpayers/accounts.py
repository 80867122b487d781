"""Monthly accounts: the documents of a month as the taxpayer's own accountant adds them up.

IVA on a cash basis (LIVA 1-B and 5): what is paid at once counts on its Fecha, what is paid later by the FechaPago of
its payments, and a credit note takes off. Amounts are cents of pesos, by each document's own TipoCambio. This reads the
invented books themselves: no XML, and nothing of what the gateway makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from gateway.sandbox.taxpayers.invoices import Invoices
from gateway.sandbox.taxpayers.ledger import Entry, Ledger, Role
from gateway.sandbox.taxpayers.lines import EXCISE, INCOME, VAT
from gateway.sandbox.taxpayers.model import Invoice, Payment, Tax
from gateway.sandbox.taxpayers.months import add_months
from gateway.sandbox.taxpayers.withholdings import Withholding

_ISR_OF_PAYROLLS = "002"
_NOTHING = Decimal(0)


@dataclass(slots=True)
class Side:
    """One side of the cash: collected from customers, or paid to suppliers."""

    net: Decimal = _NOTHING
    vat: Decimal = _NOTHING
    excise: Decimal = _NOTHING
    vat_withheld: Decimal = _NOTHING
    income_tax_withheld: Decimal = _NOTHING

    def add(self, net: int, transferred: Iterable[Tax], withheld: Iterable[Tax], pesos: Decimal) -> None:
        """`pesos`: for one unit of the document's currency, below zero where it takes off."""
        kept = tuple(withheld)
        self.net += net * pesos
        for row in transferred:
            if row.code == VAT:
                self.vat += (row.amount or 0) * pesos
            elif row.code == EXCISE:
                self.excise += (row.amount or 0) * pesos
        self.vat_withheld += sum(row.amount or 0 for row in kept if row.code == VAT) * pesos
        self.income_tax_withheld += sum(row.amount or 0 for row in kept if row.code == INCOME) * pesos


@dataclass(slots=True)
class Month:
    """`accrued`: net of what was invoiced, collected or not. `largest`: IVA of the largest sale that was paid at once,
    and `largest_net` what it came to without taxes.

    `withheld`: what retenciones of this period say was withheld from others, by the code of the tax.
    """

    collected: Side = field(default_factory=Side)
    paid: Side = field(default_factory=Side)
    accrued: Decimal = _NOTHING
    largest: Decimal = _NOTHING
    largest_net: Decimal = _NOTHING
    wages: Decimal = _NOTHING
    wages_tax: Decimal = _NOTHING
    withheld: dict[str, int] = field(default_factory=lambda: {INCOME: 0, VAT: 0})


class Accounts:
    """`month(first)`: made when it is asked for, and kept."""

    def __init__(self, ledger: Ledger, invoices: Invoices, withholdings: Callable[[], Iterable[Withholding]]) -> None:
        self.begin = ledger.begins
        self._ledger = ledger
        self._invoices = invoices
        self._all_withholdings = withholdings
        self._payment = lru_cache(maxsize=1024)(lambda index: invoices.make(index).payment)
        self.month = lru_cache(maxsize=64)(self._month)

    def _month(self, first: date) -> Month:
        stop = add_months(first, 1)
        found = Month()
        issued = self._ledger.between(first, stop)
        # A payment is stamped some time after its FechaPago.
        for index in range(issued.start, min(issued.stop + self._ledger.longest, self._ledger.total)):
            entry = self._ledger.entry(index)
            if entry.cancelled:
                continue
            if entry.role is Role.PAYMENT:
                payment = self._payment(index)
                if payment and first <= payment.paid_at.date() < stop:
                    _settled(found.collected if entry.issued else found.paid, payment)
            elif index in issued:
                self._counted(found, entry, self._invoices.make(index))
        for made in self._withholdings.get(first, ()):
            for row in made.taxes:
                found.withheld[row.code] += row.amount
        return found

    def _counted(self, found: Month, entry: Entry, made: Invoice) -> None:
        pesos = Decimal(made.rate or 1) * (-1 if entry.role is Role.CREDIT else 1)
        net = made.subtotal - made.discount
        if made.payroll:
            if entry.issued:
                found.wages += made.payroll.earned
                found.wages_tax += sum(d.amount for d in made.payroll.deductions if d.type == _ISR_OF_PAYROLLS)
            return
        if entry.issued:
            found.accrued += net * pesos
        if entry.role is Role.LATER or (entry.role is Role.CREDIT and self._is_of_later(entry)):
            return
        side = found.collected if entry.issued else found.paid
        side.add(net, made.transferred, made.withheld, pesos)
        if entry.issued:
            vat = sum(t.amount or 0 for t in made.transferred if t.code == VAT) * pesos
            if vat > found.largest:
                found.largest, found.largest_net = vat, net * pesos

    def _is_of_later(self, entry: Entry) -> bool:
        return entry.relation is not None and self._ledger.entry(entry.relation[1]).role is Role.LATER

    @cached_property
    def _withholdings(self) -> dict[date, list[Withholding]]:
        """Return those that the taxpayer issued, by the month of their period."""
        found: dict[date, list[Withholding]] = {}
        for made in self._all_withholdings():
            if made.issued:
                found.setdefault(made.period, []).append(made)
        return found


def _settled(side: Side, payment: Payment) -> None:
    for share in payment.settled:
        pesos = Decimal(payment.rate) / Decimal(share.equivalence)
        taxes = sum(t.amount or 0 for t in share.transferred) - sum(t.amount or 0 for t in share.withheld)
        side.add(share.paid - taxes, share.transferred, share.withheld, pesos)
