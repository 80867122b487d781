"""Lines of an invoice with their taxes, and the sums that make its books balance to the cent."""

from __future__ import annotations

import random
from collections.abc import Iterable

from gateway.sandbox.taxpayers.identity import Party
from gateway.sandbox.taxpayers.model import Line, Tax
from gateway.sandbox.taxpayers.products import Product
from gateway.sandbox.taxpayers.rfc import FOREIGN, PUBLIC

INCOME, VAT, EXCISE = "001", "002", "003"


def half_up(numerator: int, denominator: int) -> int:
    """Divide two positive numbers and round half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def share(base: int, rate: str) -> int:
    """Return `base` × `rate` in cents; `rate` is a fraction with six decimals."""
    return half_up(base * int(rate.replace(".", "")), 1_000_000)


def tax(code: str, rate: str, base: int) -> Tax:
    """Make a tax of a base in cents; `rate` is a fraction with six decimals."""
    return Tax(code, "Tasa", rate, base, share(base, rate))


def sold(chance: random.Random, issuer: Party, receiver: Party, divisor: float = 1.0) -> tuple[Line, ...]:
    """1 to 8 lines from what the issuer's sector sells. `divisor`: pesos per unit of the invoice's currency."""
    count = chance.choices(range(1, 9), (36, 22, 14, 9, 7, 5, 4, 3))[0]
    return tuple(_line(chance, issuer, receiver, divisor) for _ in range(count))


def _line(chance: random.Random, issuer: Party, receiver: Party, divisor: float) -> Line:
    product = chance.choice(issuer.sector.products)
    price = max(1, int(chance.randint(product.low, product.high) / divisor))
    if product.unit_key in ("KGM", "LTR", "MTR"):
        quantity = chance.randint(500, 90_000)
    else:
        quantity = 1000 * (1 if product.service else chance.choice((1, 1, 2, 3, 5, 10, 12, 24)))
    amount = half_up(quantity * price, 1000)
    discount = amount * chance.choice((5, 10, 15)) // 100 if chance.random() < 0.12 else 0
    base = amount - discount
    if base == 0:  # a tax needs a base: nobody gives the cheapest line away
        amount = base = price
        quantity = 1000
    abroad = receiver.rfc == FOREIGN
    transferred = exported(base) if abroad else taxes_on(product, base)
    withheld = () if abroad else withheld_on(product, base, issuer, receiver)
    return Line(
        product, f"{chance.randrange(10_000, 99_999)}", quantity, price, amount, discount, transferred, withheld
    )


def exported(base: int) -> tuple[Tax, ...]:
    """Return the VAT of an export, at 0 %."""
    return (tax(VAT, "0.000000", base),)


def taxes_on(product: Product, base: int) -> tuple[Tax, ...]:
    """Return the transferred taxes of a line; VAT is charged on the excise too."""
    excise = (tax(EXCISE, product.excise, base),) if product.excise else ()
    on = base + sum(t.amount or 0 for t in excise)  # VAT is charged on the excise too
    if product.vat == "EXENTO":
        return (Tax(VAT, "Exento", None, on, None), *excise)
    return (tax(VAT, "0.160000" if product.vat == "16" else "0.000000", on), *excise)


def withheld_on(product: Product, base: int, issuer: Party, receiver: Party) -> tuple[Tax, ...]:
    """Companies withhold from the people who serve them, and 4 % of VAT on freight."""
    if receiver.person or receiver.rfc == PUBLIC or not product.service:
        return ()
    kept: list[Tax] = []
    if issuer.person:
        kept.append(tax(INCOME, "0.012500" if issuer.regime == "626" else "0.100000", base))
    if product.vat == "16" and (issuer.person or issuer.sector.freight):
        kept.append(tax(VAT, "0.040000" if issuer.sector.freight else "0.106667", base))
    return tuple(kept)


def summed(taxes: Iterable[Tax]) -> tuple[Tax, ...]:
    """Return one row for each tax, factor and rate, in the order of first appearance."""
    rows: dict[tuple[str, str, str | None], tuple[int, int]] = {}
    for row in taxes:
        base, amount = rows.get((row.code, row.factor, row.rate), (0, 0))
        rows[row.code, row.factor, row.rate] = (base + row.base, amount + (row.amount or 0))
    return tuple(
        Tax(code, factor, rate, base, None if rate is None else amount)
        for (code, factor, rate), (base, amount) in rows.items()
    )


def sum_of(taxes: Iterable[Tax]) -> int:
    """Add up taxes, in cents; an exempt one has no amount."""
    return sum(row.amount or 0 for row in taxes)
