"""The content of an invented CFDI, before any version writes it as XML. Amounts are whole cents of its currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.products import Product


@dataclass(frozen=True, slots=True)
class Tax:
    """`rate` is a fraction with six decimals; None, like `amount`, when exempt (factor "Exento")."""

    code: str  # 001 ISR, 002 IVA, 003 IEPS
    factor: str
    rate: str | None
    base: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    number: str
    quantity: int  # thousandths
    unit_price: int
    amount: int
    discount: int = 0
    transferred: tuple[Tax, ...] = ()
    withheld: tuple[Tax, ...] = ()

    @property
    def taxed(self) -> bool:
        """Return True where any tax is charged or withheld."""
        return bool(self.transferred or self.withheld)


@dataclass(frozen=True, slots=True)
class Settled:
    """One invoice that a payment pays, wholly or in part. `equivalence`: its currency per unit of the payment's."""

    uuid: str
    series: str
    folio: str
    currency: str
    equivalence: str
    instalment: int
    before: int
    paid: int
    transferred: tuple[Tax, ...]
    withheld: tuple[Tax, ...]

    @property
    def after(self) -> int:
        """Return the balance that is left, in cents."""
        return self.before - self.paid


@dataclass(frozen=True, slots=True)
class Payment:
    paid_at: datetime
    form: str
    currency: str
    rate: str  # pesos per unit of `currency`; "1" for pesos
    amount: int
    operation: str
    settled: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class Perception:
    type: str
    key: str
    concept: str
    taxed: int
    exempt: int


@dataclass(frozen=True, slots=True)
class Deduction:
    type: str
    key: str
    concept: str
    amount: int


@dataclass(frozen=True, slots=True)
class Payroll:
    employee: Party
    number: str
    security_number: str
    hired: date
    department: str
    position: str
    bank: str
    account: str
    daily: int
    paid_on: date
    first_day: date
    last_day: date
    days: int
    perceptions: tuple[Perception, ...]
    deductions: tuple[Deduction, ...]
    registration: str

    @property
    def earned(self) -> int:
        return sum(p.taxed + p.exempt for p in self.perceptions)

    @property
    def deducted(self) -> int:
        return sum(d.amount for d in self.deductions)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One CFDI of any version. `issued` is from the taxpayer's side; `related` is (TipoRelacion, UUIDs)."""

    index: int
    version: str
    type: str
    issued: bool
    cancelled: bool
    uuid: str
    series: str
    folio: str
    issued_at: datetime
    issuer: Party
    receiver: Party
    use: str
    form: str | None
    method: str | None
    currency: str
    rate: str | None
    lines: tuple[Line, ...]
    transferred: tuple[Tax, ...]
    withheld: tuple[Tax, ...]
    subtotal: int
    discount: int
    total: int
    conditions: str | None = None
    related: tuple[str, tuple[str, ...]] | None = None
    global_month: date | None = None
    payment: Payment | None = None
    payroll: Payroll | None = None

    @property
    def other(self) -> Party:
        """Return the counterparty."""
        return self.receiver if self.issued else self.issuer
