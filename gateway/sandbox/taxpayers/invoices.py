"""From a position of the ledger to the whole content of its CFDI."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import lru_cache

from gateway.sandbox.taxpayers import lines as making
from gateway.sandbox.taxpayers import payments, payrolls
from gateway.sandbox.taxpayers.identity import Circle, Party, pick, public
from gateway.sandbox.taxpayers.ids import Space, draw, uuid_of
from gateway.sandbox.taxpayers.ledger import Entry, Ledger, Role
from gateway.sandbox.taxpayers.model import Invoice, Line
from gateway.sandbox.taxpayers.products import Product

_CREDIT = Product("84111506", "ACT", "Actividad", "Bonificación sobre factura", 0, 0)
_TICKET = Product("01010101", "ACT", "Actividad", "Venta", 2_000, 180_000)
_PAYROLL = Product("84111505", "ACT", "Actividad", "Pago de nómina", 0, 0)
_PAYMENT = Product("84111506", "ACT", "Actividad", "Pago", 0, 0)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything an invoice is made from."""

    key: bytes
    me: Party
    circle: Circle
    ledger: Ledger


class Invoices:
    """Makes invoices by index. The last few are cached, as a payment needs the invoices that it pays."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.make = lru_cache(maxsize=128)(self._make)

    def _make(self, index: int) -> Invoice:
        setting = self._setting
        entry = setting.ledger.entry(index)
        chance = draw(setting.key, "invoice", index)
        draft = self._draft(entry, chance)
        if entry.relation:
            kind, other = entry.relation
            draft = replace(draft, related=(kind, (uuid_of(setting.key, Space.INVOICE, other),)))
        if entry.role is Role.PAYMENT:
            return self._paying(entry, draft, chance)
        if entry.role is Role.PAYROLL:
            return self._payroll(draft, chance)
        if entry.role is Role.TRANSFER:
            return _moved(draft, chance)
        if entry.role is Role.GLOBAL:
            return _global(draft, chance)
        if entry.role is Role.CREDIT:
            return self._credit(entry, draft, chance)
        divisor = float(draft.rate) if draft.rate else 1.0
        return _filled(draft, making.sold(chance, draft.issuer, draft.receiver, divisor))

    def _draft(self, entry: Entry, chance: random.Random) -> Invoice:
        """Make the head of an ordinary invoice, without lines."""
        me, other = self._setting.me, self._other(entry)
        issuer, receiver = (me, other) if entry.issued else (other, me)
        later = entry.role is Role.LATER
        rate = _exchange_rate(self._setting.key, entry) if entry.dollars else None
        return Invoice(
            index=entry.index,
            version=entry.version,
            type="I",
            issued=entry.issued,
            cancelled=entry.cancelled,
            uuid=uuid_of(self._setting.key, Space.INVOICE, entry.index),
            series=chance.choice("AABF"),
            folio=str(1000 + entry.index if entry.issued else chance.randrange(100, 99_999)),
            issued_at=entry.issued_at,
            issuer=issuer,
            receiver=receiver,
            use=_use(receiver, issuer, chance),
            form="99" if later else chance.choice(("03", "03", "03", "01", "04", "28")),
            method="PPD" if later else "PUE",
            currency="USD" if entry.dollars else "MXN",
            rate=rate,
            lines=(),
            transferred=(),
            withheld=(),
            subtotal=0,
            discount=0,
            total=0,
            conditions=chance.choice(("CREDITO 30 DIAS", "30 días", "CREDITO 60 DIAS")) if later else None,
        )

    def _other(self, entry: Entry) -> Party:
        setting = self._setting
        if entry.role is Role.PAYROLL:
            return pick(setting.circle.employees, entry.party) if entry.issued else setting.circle.employer
        if entry.role is Role.TRANSFER:
            return setting.me
        if entry.role is Role.GLOBAL:
            return public(setting.me)
        if entry.role is Role.FOREIGN and entry.issued:
            return pick(setting.circle.foreigners, entry.party)
        return pick(setting.circle.customers if entry.issued else setting.circle.suppliers, entry.party)

    def _paying(self, entry: Entry, draft: Invoice, chance: random.Random) -> Invoice:
        paid = [
            payments.Due(self.make(index), self._setting.ledger.entry(index).schedule, part)
            for index, part in entry.settles
        ]
        payment = payments.settle(chance, entry.issued_at, paid, in_dollars=entry.dollars, rate=draft.rate)
        line = Line(_PAYMENT, "", 1000, 0, 0)
        return replace(
            draft,
            type="P",
            series="P",
            use="CP01" if draft.version == "4.0" else "P01",
            form=None,
            method=None,
            currency="XXX",
            rate=None,
            lines=(line,),
            payment=payment,
        )

    def _payroll(self, draft: Invoice, chance: random.Random) -> Invoice:
        payroll = payrolls.pay(self._setting.key, draft.receiver, draft.issued_at.date(), chance)
        line = Line(_PAYROLL, "", 1000, payroll.earned, payroll.earned, payroll.deducted)
        draft = replace(
            draft,
            type="N",
            series="N",
            use="CN01" if draft.version == "4.0" else "P01",
            form=None if draft.version == "4.0" else "99",
            receiver=replace(draft.receiver, regime="605"),
            payroll=payroll,
        )
        return _filled(draft, (line,))

    def _credit(self, entry: Entry, draft: Invoice, chance: random.Random) -> Invoice:
        """Credit a share of the first line of the corrected invoice, which CFDI 3.2 can not name."""
        if entry.relation:
            corrected = self.make(entry.relation[1])
            source = corrected.lines[0]
            draft = replace(draft, currency=corrected.currency, rate=corrected.rate)
        else:
            source = making.sold(chance, draft.issuer, draft.receiver)[0]
        amount = max(100, (source.amount - source.discount) * chance.randint(5, 30) // 100)
        taxes = making.taxes_on(source.product, amount)
        line = Line(_CREDIT, "", 1000, amount, amount, 0, taxes)
        return _filled(replace(draft, type="E", series="NC", use="G02", method="PUE"), (line,))


def _moved(draft: Invoice, chance: random.Random) -> Invoice:
    """Make a transfer of own goods to oneself: no amounts and no currency."""
    moved = (chance.choice(draft.issuer.sector.products) for _ in range(chance.randint(1, 3)))
    rows = tuple(Line(product, f"T{i}", 1000 * chance.randint(1, 40), 0, 0) for i, product in enumerate(moved, 1))
    use = "S01" if draft.version == "4.0" else "P01"
    return replace(draft, type="T", series="T", use=use, form=None, method=None, currency="XXX", rate=None, lines=rows)


def _global(draft: Invoice, chance: random.Random) -> Invoice:
    """Make one invoice of a day's tickets to the general public."""
    rows = []
    for _ in range(chance.randint(3, 8)):
        base = chance.randint(_TICKET.low, _TICKET.high)
        rows.append(Line(_TICKET, f"TK-{chance.randrange(10**6)}", 1000, base, base, 0, making.taxes_on(_TICKET, base)))
    use = "S01" if draft.version == "4.0" else "P01"
    return _filled(replace(draft, use=use, form="01", global_month=draft.issued_at.date()), tuple(rows))


def _filled(draft: Invoice, rows: tuple[Line, ...]) -> Invoice:
    transferred = making.summed(tax for row in rows for tax in row.transferred)
    withheld = making.summed(tax for row in rows for tax in row.withheld)
    subtotal, discount = sum(row.amount for row in rows), sum(row.discount for row in rows)
    return replace(
        draft,
        lines=rows,
        transferred=transferred,
        withheld=withheld,
        subtotal=subtotal,
        discount=discount,
        total=subtotal - discount + making.sum_of(transferred) - making.sum_of(withheld),
    )


def _use(receiver: Party, issuer: Party, chance: random.Random) -> str:
    if receiver.country or receiver.regime in ("616", "605"):
        return "S01"
    if receiver.person and issuer.sector.activity.startswith("Comercio al por mayor de productos farm"):
        return "G03"
    return chance.choice(("G03", "G03", "G03", "G01", "I04"))


def _exchange_rate(key: bytes, entry: Entry) -> str:
    """Return the pesos for a dollar on a day, the same for all taxpayers."""
    return f"{draw(key, 'dollar', entry.issued_at.date().isoformat()).uniform(17.2, 20.4):.4f}"
